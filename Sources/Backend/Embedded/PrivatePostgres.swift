import FoundationEssentials
import Glibc
public import Logging

/// How the private server ended.
public struct ServerExit: Sendable, Hashable, CustomStringConvertible {
    /// Whether `stop` was called.
    public let isRequested: Bool
    /// Such as "ended with code 1" or "was ended by signal 9".
    public let status: String
    /// The end of its log, at most 20 lines.
    public let lastLines: [String]

    /// The line that says why, where there is one.
    public var reason: String? { lastLines.last { line in ["FATAL:", "PANIC:", "error:"].contains(where: line.contains) } }

    /// One line for people.
    public var description: String { "PostgreSQL \(status)" + (reason.map { ": \($0)" } ?? "") }
}

/// A private PostgreSQL server on a cluster in the data folder: own port on loopback, random password, full durability.
///
/// It runs in a session of its own, so a Ctrl-C in the terminal doesn't reach it before its users are done. When this
/// process dies in any way, the kernel tells the server, and it shuts down cleanly.
public final class PrivatePostgres: Sendable {
    /// `postgresql://todo:PASSWORD@127.0.0.1:PORT/todo`: the owner of the cluster, in the empty database `todo`.
    public let connectionString: String
    /// The main server process.
    public var pid: Int32 { server.process }

    private let server: ServerProcess
    private let logger: Logger

    /// Starts the server, and makes its cluster where there is none (2–4 s). Returns when it takes connections.
    ///
    /// - Parameters:
    ///   - folder: it must stay open (locked) as long as the server runs.
    ///   - environment: this process's where none is given. `TODO_POSTGRES_BIN` names the folder of the server programs.
    ///   - patience: how long a start, and each step of a stop, may take. A start after a crash may have to recover.
    public static func start(
        in folder: DataFolder, environment: [String: String]? = nil,
        patience: Duration = .seconds(60), logger: Logger
    ) async throws(EmbeddedError) -> PrivatePostgres {
        let environment = environment ?? ProcessInfo.processInfo.environment
        var attemptsLeft = 5
        while true {
            // Each attempt takes the cluster anew: the server that failed had the lock.
            let cluster = try await Threads.run { () throws(EmbeddedError) in
                try Cluster.prepare(in: folder, environment: environment, patience: min(patience, .seconds(10)), logger: logger)
            }
            let port = try freePort()
            let server = try await ServerProcess.launch(
                cluster.server(port: port), log: folder.path + "/postgres.log", patience: patience)
            if await server.ready.wait() {
                logger.info("PostgreSQL is ready", metadata: ["port": "\(port)", "process": "\(server.process)"])
                return PrivatePostgres(server: server, port: port, password: cluster.password, logger: logger)
            }
            let exit = await server.ended.wait()
            let portWasTaken = exit.lastLines.contains { $0.contains("could not bind") }
            attemptsLeft -= 1
            guard portWasTaken, attemptsLeft > 0 else {
                throw EmbeddedError(.postgresFailed, "\(exit). The whole log: \(folder.path)/postgres.log")
            }
        }
    }

    private init(server: ServerProcess, port: UInt16, password: String, logger: Logger) {
        self.server = server
        self.logger = logger
        connectionString = "postgresql://todo:\(password)@127.0.0.1:\(port)/todo"
    }

    /// Shuts the server down (fast: open transactions are rolled back) and waits for its end; harder where that takes too long.
    public func stop() async {
        server.stop()
        let exit = await server.ended.wait()
        logger.info("PostgreSQL has stopped", metadata: ["status": "\(exit.status)"])
    }

    /// Waits until the server has ended, by `stop` or by itself, and tells how. Throws when the task is cancelled.
    public var exited: ServerExit {
        get async throws(CancellationError) { try await server.ended.waitUnlessCancelled() }
    }

    /// A port of the loopback that is free now. Another program may take it before the server does; then we try again.
    private static func freePort() throws(EmbeddedError) -> UInt16 {
        let socket = Descriptor(socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(socket.number, address, length) == 0 && getsockname(socket.number, address, &length) == 0
            }
        }
        guard isBound else {
            throw EmbeddedError(.postgresFailed, "no free port on 127.0.0.1 for PostgreSQL: \(errorText())")
        }
        return UInt16(bigEndian: address.sin_port)
    }
}
