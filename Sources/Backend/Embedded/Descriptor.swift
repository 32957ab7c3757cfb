import Clinux
import Glibc
import Synchronization

/// An open file descriptor that closes itself. It never reaches a child by accident (`O_CLOEXEC`).
final class Descriptor: Sendable {
    let number: Int32
    private let isOpen = Atomic(true)

    /// Takes over an open descriptor.
    init(_ number: Int32) { self.number = number }

    deinit { close() }

    /// Closes it now; nobody may use it after.
    func close() {
        if isOpen.exchange(false, ordering: .acquiringAndReleasing) { Glibc.close(number) }
    }

    /// Nil where it can't be opened; `errno` says why.
    static func open(_ path: String, _ flags: Int32, mode: mode_t = 0o600) -> Descriptor? {
        let number = Glibc.open(path, flags | O_CLOEXEC, mode)
        return number < 0 ? nil : Descriptor(number)
    }

    /// A pipe; nil where the process has no descriptors left.
    static func pipe() -> (read: Descriptor, write: Descriptor)? {
        var ends: [Int32] = [-1, -1]
        guard pipe2(&ends, O_CLOEXEC) == 0 else { return nil }
        return (Descriptor(ends[0]), Descriptor(ends[1]))
    }

    /// What is there to read now, at most 64 KiB: empty at the end; nil where nothing is there yet, or it can't be read.
    func read() -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = Glibc.read(number, &buffer, buffer.count)
            if count >= 0 { return Array(buffer[..<count]) }
            if errno != EINTR { return nil }
        }
    }

    /// Writes all of it; false where that fails, and `errno` says why.
    @discardableResult
    func write(_ bytes: some Sequence<UInt8>) -> Bool {
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
            if count > 0 { rest = rest.dropFirst(count) } else if errno != EINTR { return false }
        }
        return true
    }

    /// Waits until one of the descriptors can be read (or has ended). False when the deadline comes first.
    static func poll(_ descriptors: [Descriptor], until deadline: ContinuousClock.Instant?) -> [Bool]? {
        var entries = descriptors.map { pollfd(fd: $0.number, events: Int16(POLLIN), revents: 0) }
        while true {
            let count = Glibc.poll(&entries, nfds_t(entries.count), milliseconds(until: deadline))
            if count > 0 { return entries.map { $0.revents != 0 } }
            if count == 0 { return nil }
            if errno != EINTR { return nil }
        }
    }

    private static func milliseconds(until deadline: ContinuousClock.Instant?) -> Int32 {
        guard let deadline else { return -1 }
        let left = ContinuousClock.now.duration(to: deadline)
        guard left > .zero else { return 0 }
        return Int32(clamping: left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000 + 1)
    }
}
