import Glibc
import Synchronization

/// A TCP server on loopback that follows a script: what a test wants the other side to do, byte for byte.
///
/// Each connection gets a thread of its own that runs the script and then closes it. Every wait has a deadline.
public final class ScriptedServer: Sendable {
    /// One accepted connection, for the script.
    public final class Connection {
        let socket: Int32
        let stop: Int32
        /// 1 for the first connection, 2 for the next…
        public let number: Int
        /// What came and was not yet read.
        var received: ArraySlice<UInt8> = []

        init(socket: Int32, stop: Int32, number: Int) {
            self.socket = socket
            self.stop = stop
            self.number = number
        }
    }

    /// Why a script ends early. Not an error of the test: the other side often closes first.
    public enum Ended: Error { case closed, stopped, tooLate }

    public let port: Int
    private let listener: Int32
    /// The two ends of a pipe: closing the second one tells every wait to end.
    private let stopSignal: Int32
    private let stopper: Mutex<Int32?>
    private let accepted = Mutex(0)
    private let live = Mutex(1)

    /// Starts to listen on a free port of 127.0.0.1.
    public init(_ script: @escaping @Sendable (Connection) throws -> Void) throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw Ended.closed }
        stopSignal = ends[0]
        stopper = Mutex(ends[1])
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, size) == 0 && listen(listener, 64) == 0 && getsockname(listener, address, &size) == 0
            }
        }
        guard listener >= 0, bound else { throw Ended.closed }
        port = Int(UInt16(bigEndian: address.sin_port))
        startThread { [self] in acceptLoop(script) }
    }

    /// Connections accepted so far.
    public var connectionCount: Int { accepted.withLock { $0 } }

    /// `http://127.0.0.1:port`
    public var url: String { "http://127.0.0.1:\(port)" }

    /// Closes the port; scripts that wait end with ``Ended/stopped``.
    public func stop() {
        stopper.withLock { end in
            if let end { close(end) }
            end = nil
        }
    }

    private func acceptLoop(_ script: @escaping @Sendable (Connection) throws -> Void) {
        while waitReadable(listener, stop: stopSignal, seconds: 300) == nil {
            let socket = accept(listener, nil, nil)
            if socket < 0 { continue }
            let number = accepted.withLock { count in
                count += 1
                return count
            }
            live.withLock { $0 += 1 }
            startThread { [self] in
                try? script(Connection(socket: socket, stop: stopSignal, number: number))
                shutdown(socket, Int32(SHUT_WR))
                close(socket)
                release()
            }
        }
        close(listener)
        release()
    }

    /// The last thread to end closes what the others wait on.
    private func release() {
        let isLast = live.withLock { count in
            count -= 1
            return count == 0
        }
        if isLast { close(stopSignal) }
    }
}

extension ScriptedServer.Connection {
    /// Sends the text as it is.
    public func write(_ text: String) throws(ScriptedServer.Ended) { try write(Array(text.utf8)) }

    public func write(_ bytes: [UInt8]) throws(ScriptedServer.Ended) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count <= 0 { throw .closed }
            sent += count
        }
    }

    /// The next line without its line end.
    public func readLine() throws(ScriptedServer.Ended) -> String {
        var line = try read(through: "\n").dropLast()
        if line.last == 0x0D { line.removeLast() }
        return String(decoding: line, as: UTF8.self)
    }

    /// All bytes up to the first occurrence of the mark, and the mark.
    public func read(through mark: String) throws(ScriptedServer.Ended) -> [UInt8] {
        let mark = Array(mark.utf8)
        var offset = 0
        while true {
            while offset + mark.count <= received.count {
                let start = received.startIndex + offset
                if received[start..<start + mark.count].elementsEqual(mark) { return try read(offset + mark.count) }
                offset += 1
            }
            try receive()
        }
    }

    /// Exactly so many bytes.
    public func read(_ count: Int) throws(ScriptedServer.Ended) -> [UInt8] {
        while received.count < count { try receive() }
        defer { received = received.dropFirst(count) }
        return Array(received.prefix(count))
    }

    /// Waits for more bytes and adds them to what is there.
    private func receive() throws(ScriptedServer.Ended) {
        if let ended = waitReadable(socket, stop: stop, seconds: 20) { throw ended }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = recv(socket, &buffer, buffer.count, 0)
        if count <= 0 { throw .closed }
        received += buffer[..<count]
    }

    /// Returns when the other side has closed, whatever it sends before.
    public func waitForClose() throws(ScriptedServer.Ended) {
        do {
            while true {
                received = []
                try receive()
            }
        } catch ScriptedServer.Ended.closed {}
    }

    /// Ends the connection with a reset instead of a close, as a crashed server's machine does.
    public func resetOnClose() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(socket, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
    }
}

/// Nil when there is something to read.
private func waitReadable(_ descriptor: Int32, stop: Int32, seconds: Int) -> ScriptedServer.Ended? {
    var polled = [pollfd(fd: stop, events: Int16(POLLIN), revents: 0), pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)]
    var ready: Int32
    repeat { ready = poll(&polled, 2, Int32(seconds * 1000)) } while ready < 0 && errno == EINTR
    if polled[0].revents != 0 { return .stopped }
    return ready > 0 ? nil : .tooLate
}

private func startThread(_ body: @escaping @Sendable () -> Void) {
    final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Box(body))
    let start: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { context in
        if let context { Unmanaged<Box>.fromOpaque(context).takeRetainedValue().body() }
        return nil
    }
    if pthread_create(&thread, nil, start, box.toOpaque()) == 0 { pthread_detach(thread) } else { box.release() }
}
