import Glibc
import Postgres
import Synchronization
import TestSupport
import Testing

/// What happens when the server, a connection or the network fails.
@Suite struct OutageTests {
    @Test func aTerminatedIdleConnectionIsReplacedUnnoticed() async throws {
        let configuration = try await freshSchema()
        let pool = PostgresPool(configuration, size: 1, logger: quiet)
        let process = try await pool.withConnection { try $0.processID }
        let other = try await PostgresConnection.connect(configuration, logger: quiet)
        try await other.query("SELECT pg_terminate_backend(\(process), 5000)")
        #expect(try await pool.withConnection { try $0.processID } != process)
        #expect(pool.statistics().discarded == 0)
    }

    @Test func aConnectionTerminatedInUseIsAnErrorAndIsReplaced() async throws {
        let pool = PostgresPool(try await freshSchema(), size: 1, logger: quiet)
        let error = try await postgresError {
            try await pool.query("SELECT pg_terminate_backend(pg_backend_pid()), pg_sleep(10)")
        }
        #expect(error.sqlState == "57P01" && error.isUnavailable)
        #expect(try await pool.query("SELECT 1").count == 1)
        #expect(pool.statistics().discarded == 1)
    }

    @Test func theServersTimeoutKeepsTheConnection() async throws {
        let connection = try await freshConnection(statementTimeout: .milliseconds(100))
        let error = try await postgresError { try await connection.query("SELECT pg_sleep(10)") }
        #expect(error.kind == .timeout && error.sqlState == "57014" && error.isUnavailable)
        #expect(try await connection.query("SELECT 1").count == 1)
    }

    @Test func aServerThatDoesNotAnswerIsGivenUp() async throws {
        var configuration = try await freshSchema()
        configuration.statementTimeout = .milliseconds(100)
        let pool = PostgresPool(configuration, size: 1, logger: quiet)
        let process = try await pool.withConnection { try $0.processID }
        kill(process, SIGSTOP)
        defer { kill(process, SIGCONT) }
        let start = ContinuousClock.now
        let error = try await postgresError { try await pool.query("SELECT 1") }
        #expect(error.kind == .timeout && error.sqlState == nil)
        #expect(ContinuousClock.now - start < .seconds(5))
        #expect(try await pool.withConnection { try $0.processID } != process)
        #expect(pool.statistics().discarded == 1)
    }

    @Test func connectingHasADeadline() async throws {
        // A socket that takes connections and never says a word.
        let folder = try SilentServer()
        var configuration = try PostgresConfiguration("host=\(folder.path) user=postgres dbname=postgres")
        configuration.connectTimeout = .milliseconds(100)
        let direct = try await postgresError { _ = try await PostgresConnection.connect(configuration, logger: quiet) }
        #expect(direct.kind == .timeout && direct.isUnavailable)
        let pool = PostgresPool(configuration, size: 1, logger: quiet)
        let pooled = try await postgresError { try await pool.query("SELECT 1") }
        #expect(pooled.kind == .timeout && "\(pooled)".contains("OutageTests.swift"))
        #expect(pool.statistics().failed == 1 && pool.statistics().opening == 0)
    }

    @Test func noServerIsAnErrorAtOnce() async throws {
        let pool = PostgresPool(try PostgresConfiguration("host=127.0.0.1 port=1 user=x dbname=x"), size: 2, logger: quiet)
        let errors = await withTaskGroup(of: PostgresError?.self) { group in
            for _ in 0..<20 { group.addTask { try? await postgresError { try await pool.query("SELECT 1") } } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(errors.count == 20 && errors.allSatisfy { $0?.kind == .connect && $0?.isUnavailable == true })
        await pool.close()
    }

    @Test func tooManyConnectionsLeaveThePoolWithWhatItHas() async throws {
        let server = TestPostgres(settings: ["max_connections=5", "superuser_reserved_connections=0"])
        let pool = PostgresPool(try PostgresConfiguration(await server.database()), size: 20, logger: quiet)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<200 { group.addTask { try await pool.query("SELECT 1") } }
            try await group.waitForAll()
        }
        #expect(pool.statistics().idle <= 5)
        server.stop()
    }

    @Test(arguments: [true, false])
    func aRestartUnderLoadIsSurvived(orderly: Bool) async throws {
        let server = TestPostgres()
        let pool = PostgresPool(try PostgresConfiguration(await server.database()), size: 4, logger: quiet)
        try await pool.query("CREATE TABLE t (a int8 PRIMARY KEY)")
        let load = Load()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<8 { group.addTask { await load.run(pool, worker) } }
            try await eventually("it works") { load.acknowledged.count > 200 }
            if orderly { server.stop() } else { server.crash() }
            let error = try await postgresError { try await pool.query("SELECT 1") }
            #expect(error.isUnavailable)
            try server.start()
            let before = load.acknowledged.count
            try await eventually("it works again") { load.acknowledged.count > before + 200 }
            load.stop()
            try await group.waitForAll()
        }
        #expect(load.strangeErrors == [])
        // What was acknowledged is there.
        let stored = Set(try await pool.query("SELECT a FROM t").decode(Int.self))
        #expect(load.acknowledged.isSubset(of: stored))
        let statistics = pool.statistics()
        #expect(statistics.busy == 0 && statistics.idle <= 4 && statistics.waiting == 0)
        await pool.close()
        server.stop()
    }
}

/// Writes numbers until it is told to stop, and remembers which the server acknowledged.
private final class Load: Sendable {
    private struct State {
        var acknowledged: Set<Int> = []
        var strangeErrors: [String] = []
        var isOver = false
    }

    private let state = Mutex(State())

    var acknowledged: Set<Int> { state.withLock { $0.acknowledged } }
    /// Errors that an outage does not explain.
    var strangeErrors: [String] { state.withLock { $0.strangeErrors } }

    func stop() { state.withLock { $0.isOver = true } }

    func run(_ pool: PostgresPool, _ worker: Int) async {
        for number in stride(from: worker, to: .max, by: 8) {
            if state.withLock({ $0.isOver }) { return }
            do {
                try await pool.withTransaction { try $0.query("INSERT INTO t VALUES (\(number))") }
                _ = state.withLock { $0.acknowledged.insert(number) }
            } catch let error as PostgresError where error.isUnavailable {
                // The outage.
            } catch {
                state.withLock { $0.strangeErrors.append("\(error)") }
            }
        }
    }
}

/// Listens where a PostgreSQL would, and never accepts.
private final class SilentServer: Sendable {
    let path: String
    private let socket: Int32

    init() throws {
        var template = Array("\(temporaryFolder())/silent-XXXXXX".utf8CString)
        path = String(cString: try #require(mkdtemp(&template)))
        socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: "\(path)/.s.PGSQL.5432".utf8) }
        let status = withUnsafeBytes(of: &address) { bytes in
            bind(socket, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, socklen_t(bytes.count))
        }
        try #require(status == 0 && listen(socket, 8) == 0)
    }

    deinit {
        close(socket)
        unlink("\(path)/.s.PGSQL.5432")
        rmdir(path)
    }
}

private func temporaryFolder() -> String { getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp" }
