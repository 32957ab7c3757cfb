import Glibc
import Postgres
import TestSupport
import Testing

@Suite struct TransactionTests {
    private struct Failure: Error {}

    private func pool() async throws -> PostgresPool {
        let pool = PostgresPool(try await freshSchema(), size: 2, logger: quiet)
        try await pool.query("CREATE TABLE t (a int8 UNIQUE DEFERRABLE INITIALLY DEFERRED)")
        return pool
    }

    private func rows(_ pool: PostgresPool) async throws -> Int {
        try await pool.query("SELECT count(*) FROM t")[0].decode(Int.self)
    }

    @Test func commits() async throws {
        let pool = try await pool()
        let answer = try await pool.withTransaction { connection in
            try connection.query("INSERT INTO t VALUES (\(1))")
            return 42
        }
        #expect(answer == 42)
        #expect(try await rows(pool) == 1)
    }

    @Test func rollsBackWhatTheClosureGivesUp() async throws {
        let pool = try await pool()
        await #expect(throws: Failure.self) {
            try await pool.withTransaction { connection in
                try connection.query("INSERT INTO t VALUES (1)")
                throw Failure()
            }
        }
        #expect(try await rows(pool) == 0)
        #expect(pool.statistics().discarded == 0)
    }

    @Test func rollsBackAfterAServerError() async throws {
        let pool = try await pool()
        let error = try await postgresError {
            try await pool.withTransaction { connection in
                try connection.query("INSERT INTO t VALUES (1)")
                try connection.query("SELECT 1 / 0")
            }
        }
        #expect(error.sqlState == "22012")
        #expect(try await rows(pool) == 0)
    }

    @Test func aSwallowedErrorIsNotACommit() async throws {
        let pool = try await pool()
        let error = try await postgresError {
            try await pool.withTransaction { connection in
                try connection.query("INSERT INTO t VALUES (1)")
                _ = try? connection.query("SELECT 1 / 0")
            }
        }
        #expect(error.kind == .usage)
        #expect(try await rows(pool) == 0)
        #expect(pool.statistics().discarded == 0)
    }

    @Test func aFailingCommitIsThrown() async throws {
        let pool = try await pool()
        let error = try await postgresError {
            try await pool.withTransaction { connection in
                try connection.query("INSERT INTO t VALUES (1), (1)")
            }
        }
        #expect(error.isUniqueViolation)
        #expect(try await rows(pool) == 0)
    }

    @Test func theClosureMayNotEndIt() async throws {
        let pool = try await pool()
        for end: SQL in ["COMMIT", "ROLLBACK"] {
            let error = try await postgresError { try await pool.withTransaction { try $0.query(end) } }
            #expect(error.kind == .usage)
        }
        let nested = try await postgresError {
            try await pool.withTransaction { connection in try connection.transaction { _ in } }
        }
        #expect(nested.kind == .usage)
    }

    @Test func anOpenTransactionDoesNotLeak() async throws {
        let pool = try await pool()
        try await pool.withConnection { connection in
            try connection.query("BEGIN")
            try connection.query("INSERT INTO t VALUES (1)")
        }
        #expect(pool.statistics().discarded == 1)
        #expect(try await rows(pool) == 0)
    }

    @Test func isolationAndAccess() async throws {
        let pool = try await pool()
        for isolation in [PostgresIsolation.readCommitted, .repeatableRead, .serializable] {
            let level = try await pool.withTransaction(isolation: isolation) {
                try $0.query("SHOW transaction_isolation")[0].decode(String.self)
            }
            #expect(level.uppercased() == isolation.rawValue)
        }
        let error = try await postgresError {
            try await pool.withTransaction(readOnly: true) { try $0.query("INSERT INTO t VALUES (1)") }
        }
        #expect(error.sqlState == "25006")
    }

    @Test func serializationFailuresAreRetryable() async throws {
        let configuration = try await freshSchema()
        let one = try await PostgresConnection.connect(configuration, logger: quiet)
        let other = try await PostgresConnection.connect(configuration, logger: quiet)
        try await one.execute(script: "CREATE TABLE u (a int8); INSERT INTO u VALUES (1)")
        try await one.query("BEGIN ISOLATION LEVEL REPEATABLE READ")
        try await one.query("SELECT * FROM u")
        try await other.query("UPDATE u SET a = 2")
        let error = try await postgresError { try await one.query("UPDATE u SET a = 3") }
        #expect(error.isRetryable && error.sqlState == "40001" && !error.isUnavailable)
    }

    @Test func closureAndRollbackErrorsAreKeptApart() async throws {
        let pool = try await pool()
        let error = await #expect(throws: PostgresTransactionError.self) {
            try await pool.withTransaction { connection in
                // Behind the connection's back: only the ROLLBACK can notice.
                let process = try connection.processID
                kill(process, SIGTERM)
                while kill(process, 0) == 0 { sched_yield() }
                throw Failure()
            }
        }
        #expect(error?.closureError is Failure)
        #expect(error?.rollbackError.isUnavailable == true)
        #expect(try await rows(pool) == 0)
    }

    @Test func aCommitWithoutAnAnswerSaysSo() async throws {
        var configuration = try await freshSchema()
        configuration.statementTimeout = .milliseconds(50)
        let pool = PostgresPool(configuration, size: 1, logger: quiet)
        let process = try await pool.withConnection { try $0.processID }
        defer { kill(process, SIGCONT) }
        let error = try await postgresError { try await pool.withTransaction { _ in kill(process, SIGSTOP) } }
        #expect(error.kind == .timeout && error.message.contains("unknown whether"))
        #expect(pool.statistics().discarded == 1)
    }
}
