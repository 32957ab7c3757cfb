import Glibc
import Synchronization

/// A running server: starts it, reads its log, ends it, and tells when it has ended.
///
/// Two threads. The one that started it only waits for its end (the server's death signal hangs on that thread's life);
/// the other reads the log and does what has a deadline.
final class ServerProcess: Sendable {
    /// Whether it takes connections; false when it ended before or took too long.
    let ready = Latch<Bool>()
    let ended = Latch<ServerExit>()
    let process: pid_t

    private enum Phase {
        case starting, running
        /// The signal it was sent last.
        case stopping(Int32)
    }
    private enum Note {
        static let stop: UInt8 = 1, ended: UInt8 = 2
    }
    /// Nil once nobody reads it any more.
    private let notes: Mutex<Descriptor?>

    private init(process: pid_t, notes: Descriptor) {
        self.process = process
        self.notes = Mutex(notes)
    }

    /// - Parameter patience: how long a start, and each step of a stop, may take.
    static func launch(_ command: Command, log: String, patience: Duration) async throws(EmbeddedError) -> ServerProcess {
        guard let output = Descriptor.pipe(), let notes = Descriptor.pipe() else {
            throw EmbeddedError(.postgresFailed, "can't start PostgreSQL: \(errorText())")
        }
        let started = Latch<Result<pid_t, EmbeddedError>>()
        try Threads.start {
            do throws(EmbeddedError) {
                let process = try command.spawn(input: nil, output: output.write)
                // The lock is the server's alone from here on.
                for descriptor in command.inherited + [output.write] { descriptor.close() }
                started.fulfil(.success(process))
                // Leaves the status for the other thread, so that the number can't be given to another process before.
                var information = siginfo_t()
                while waitid(P_PID, id_t(process), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
                notes.write.write([Note.ended])
            } catch {
                started.fulfil(.failure(error))
            }
        }
        let server = ServerProcess(process: try await started.wait().get(), notes: notes.write)
        try Threads.start { server.watch(output: output.read, notes: notes.read, log: log, patience: patience) }
        return server
    }

    /// Begins a fast shutdown; an immediate one, and then the hard end, where it takes too long.
    func stop() { note(Note.stop) }

    private func note(_ note: UInt8) {
        notes.withLock { _ = $0?.write([note]) }
    }

    /// The second thread: until the server has ended and all that it wrote is read.
    private func watch(output: Descriptor, notes: Descriptor, log path: String, patience: Duration) {
        var log = ServerLog(path: path)
        var phase = Phase.starting
        var deadline: ContinuousClock.Instant? = .now + patience
        var isRequested = false
        var sources = [notes, output]

        func send(_ signal: Int32) {
            kill(process, signal)
            phase = .stopping(signal)
            deadline = signal == SIGKILL ? nil : .now + patience
        }
        func readLog() -> Bool {
            guard let bytes = output.read() else { return false }
            if bytes.isEmpty { sources = [notes] }
            for line in log.append(bytes) where line.hasSuffix("database system is ready to accept connections") {
                if case .starting = phase { (phase, deadline) = (.running, nil) }
                ready.fulfil(true)
            }
            return !bytes.isEmpty
        }

        watching: while true {
            guard let readable = Descriptor.poll(sources, until: deadline) else {
                switch phase {
                case .starting: send(SIGINT)
                case .running: break
                case .stopping(SIGINT): send(SIGQUIT)
                case .stopping: send(SIGKILL)
                }
                continue
            }
            if readable.count > 1, readable[1] { _ = readLog() }
            guard readable[0] else { continue }
            for note in notes.read() ?? [] {
                if note == Note.ended { break watching }
                isRequested = true
                if case .stopping = phase { continue }
                send(SIGINT)
            }
        }

        // Its last words are in the pipe already; processes that it left behind may hold the other end still.
        _ = fcntl(output.number, F_SETFL, O_NONBLOCK)
        while sources.count > 1, readLog() {}
        let status = Command.wait(for: process)
        self.notes.withLock { $0 = nil }
        ready.fulfil(false)
        ended.fulfil(ServerExit(isRequested: isRequested, status: status.description, lastLines: log.lastLines))
    }
}
