// TestSupport: a private PostgreSQL for tests. A cluster lives in a temporary folder, answers on a Unix socket, and ends with
// the test process, whatever way that ends. It knows nothing of what is tested.

internal import Foundation
internal import Logging
internal import Postgres
internal import Synchronization

/// A private cluster. Needs Debian's `postgresql` package (or `initdb` in the PATH); as root it runs as the user `postgres`.
public final class TestPostgres: Sendable {
    /// The process's common cluster, started when it is first used.
    public static let shared = TestPostgres(
        folder: FileManager.default.temporaryDirectory.appending(path: "pg-\(UUID().uuidString.prefix(8))"), settings: [])

    /// The folder with the cluster's data and its socket.
    private let folder: URL
    private let server = Mutex<ServerProcess?>(nil)
    private let lastNumber = Atomic<Int>(0)
    /// The database whose schemas `schema()` gives.
    private let common = Mutex<Task<String, any Error>?>(nil)
    private let settings: [String]

    /// A cluster of its own, for tests that stop it. It does not run yet: `start()`, or the first `database()`, starts it.
    ///
    /// - Parameter settings: more of `postgresql.conf`, like `max_connections=5`.
    public convenience init(settings: [String] = []) {
        // Within the common cluster's folder, which goes with the process even when this cluster is stopped then.
        let folder = TestPostgres.shared.folder.appending(path: "\(UUID().uuidString.prefix(8))")
        self.init(folder: folder, settings: settings)
    }

    private init(folder: URL, settings: [String]) {
        self.folder = folder
        self.settings = settings
    }

    deinit {
        server.withLock { server in
            // A running server's shell removes the folder itself.
            if let server { server.signal(SIGINT) } else { try? FileManager.default.removeItem(at: folder) }
        }
    }

    /// Makes a database, empty and without anyone else in it. That takes a tenth of a second or more; see `schema()`.
    ///
    /// - Returns: its connection string.
    public func database() async throws -> String {
        try start()
        let name = "test_\(nextNumber())"
        // Copying files is about twice as fast here as the default, which writes every page to the log.
        try await run("CREATE DATABASE \(name) STRATEGY FILE_COPY", on: connectionString("postgres"))
        return connectionString(name)
    }

    /// Makes an empty schema in a database that tests share: as good as `database()`, and much faster, for tests that neither
    /// look at the whole database nor use NOTIFY or advisory locks.
    ///
    /// - Returns: a connection string with the schema as search path.
    public func schema() async throws -> String {
        let database = try await common.withLock { common in
            let task = common ?? Task { try await self.database() }
            common = task
            return task
        }.value
        let name = "test_\(nextNumber())"
        try await run("CREATE SCHEMA \(name)", on: database)
        return "\(database) options='-c search_path=\(name)'"
    }

    private func nextNumber() -> Int { lastNumber.add(1, ordering: .relaxed).newValue }

    private func run(_ script: String, on database: String) async throws {
        let admin = try await PostgresConnection.connect(PostgresConfiguration(database), logger: Logger(label: "test"))
        try await admin.execute(script: script)
        await admin.close()
    }

    /// Where the cluster answers, or would if it ran.
    public func connectionString(_ database: String) -> String {
        "host=\(folder.path) user=postgres dbname=\(database)"
    }

    /// Starts the server unless it runs, and returns once it takes connections.
    public func start() throws {
        try server.withLock { server in
            guard server == nil else { return }
            if self !== TestPostgres.shared { try TestPostgres.shared.start() }
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            if geteuid() == 0 {
                try FileManager.default.setAttributes([.ownerAccountName: "postgres"], ofItemAtPath: folder.path)
            }
            server = try ServerProcess(
                folder: folder, pristine: TestPostgres.shared.folder.appending(path: "pristine"), settings: settings)
        }
    }

    /// Stops the server at once, as `systemctl stop` does: connections are closed. Returns once it has gone.
    public func stop() { stop(by: SIGTERM) }

    /// Stops the server as a power cut does; it recovers when it starts again.
    public func crash() { stop(by: SIGQUIT) }

    /// `stop()` and `start()`.
    public func restart() throws {
        stop()
        try start()
    }

    private func stop(by signal: Int32) {
        server.withLock { server in
            server?.signal(signal)
            server?.waitUntilGone()
            server = nil
        }
    }
}

/// Why there is no cluster.
public struct TestPostgresError: Error {
    public let message: String
}
