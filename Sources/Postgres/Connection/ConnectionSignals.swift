internal import Glibc
internal import Synchronization

/// One use of a connection that can be cancelled.
final class CancelToken: Sendable {
    let isCancelled = Atomic<Bool>(false)
}

/// What other threads tell a connection while its own thread is blocked in `poll`: a pipe wakes it, the flags (and tokens) say why.
final class ConnectionSignals: Sendable {
    /// Becomes readable when there is something new in the flags.
    let readEnd: Int32
    private let writeEnd: Int32
    private let interrupted = Atomic<Bool>(false)

    /// - Throws: `.connect` when the process has no file descriptors left.
    init() throws(PostgresError) {
        var ends: (Int32, Int32) = (-1, -1)
        let status = withUnsafeMutableBytes(of: &ends) { pipe($0.assumingMemoryBound(to: Int32.self).baseAddress) }
        guard status == 0 else { throw PostgresError(.connect, "no file descriptor left; raise the limit (ulimit -n)") }
        (readEnd, writeEnd) = ends
        for end in [readEnd, writeEnd] {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
    }

    deinit {
        Glibc.close(readEnd)
        Glibc.close(writeEnd)
    }

    /// Ends a wait for a notification, the current one or the next.
    func interrupt() {
        interrupted.store(true, ordering: .releasing)
        wake()
    }

    /// Whether there was an interrupt since the last call.
    func takeInterrupt() -> Bool { interrupted.exchange(false, ordering: .acquiring) }

    /// Cancels what is done under that token.
    func cancel(_ token: CancelToken) {
        token.isCancelled.store(true, ordering: .releasing)
        wake()
    }

    /// Empties the pipe. Read the flags after it, not before.
    func drain() {
        withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { buffer in
            while read(readEnd, buffer.baseAddress, buffer.count) == buffer.count {}
        }
    }

    private func wake() {
        // A full pipe wakes as well.
        var byte: UInt8 = 1
        _ = write(writeEnd, &byte, 1)
    }
}
