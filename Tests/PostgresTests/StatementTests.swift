import Postgres
import Testing

/// Prepared statements: cached, evicted, and prepared again when the server forgets them.
@Suite struct StatementTests {
    private func prepared(_ connection: PostgresConnection) async throws -> [String] {
        try await connection.query("SELECT statement FROM pg_prepared_statements ORDER BY prepare_time").decode(String.self)
    }

    @Test func aStatementIsPreparedOnce() async throws {
        let connection = try await freshConnection()
        for number in 0..<5 { try await connection.query("SELECT \(number)") }
        try await connection.query("SELECT \("text")")
        // The same text with another type is another statement.
        #expect(try await prepared(connection).filter { $0 == "SELECT $1" }.count == 2)
    }

    @Test func theOldestIsForgotten() async throws {
        let connection = try await freshConnection()
        try await connection.query("SELECT 'kept'")
        for number in 0..<400 {
            try await connection.query(SQL(unsafe: "SELECT \(number)"))
            try await connection.query("SELECT 'kept'")
        }
        let left = try await prepared(connection)
        #expect(left.count <= 257 && left.contains("SELECT 'kept'") && !left.contains("SELECT 0") && left.contains("SELECT 399"))
    }

    @Test func evictionInAFailedTransactionWaits() async throws {
        let connection = try await freshConnection()
        await #expect(throws: PostgresError.self) {
            try await connection.run { connection in
                try connection.transaction { connection in
                    for number in 0..<300 { try connection.query(SQL(unsafe: "SELECT \(number)")) }
                    try connection.query("SELECT 1 / 0")
                }
            }
        }
        #expect(try await prepared(connection).count <= 257)
    }

    @Test func aChangedTableIsNoError() async throws {
        let connection = try await freshConnection()
        try await connection.execute(script: "CREATE TABLE t (a int); INSERT INTO t VALUES (1)")
        #expect(try await connection.query("SELECT * FROM t").columns == ["a"])
        try await connection.execute(script: "ALTER TABLE t ADD b text")
        #expect(try await connection.query("SELECT * FROM t").columns == ["a", "b"])
    }

    @Test func aChangedTableFailsATransactionOnce() async throws {
        let connection = try await freshConnection()
        try await connection.execute(script: "CREATE TABLE t (a int)")
        try await connection.query("SELECT * FROM t")
        try await connection.execute(script: "ALTER TABLE t ADD b text")
        @Sendable func read() async throws -> [String] {
            try await connection.run { connection in
                try connection.transaction { try $0.query("SELECT * FROM t").columns }
            }
        }
        #expect(try await postgresError { _ = try await read() }.sqlState == "0A000")
        #expect(try await read() == ["a", "b"])
    }

    @Test func statementsThatTheServerForgotArePreparedAgain() async throws {
        let connection = try await freshConnection()
        #expect(try await connection.query("SELECT \(1)")[0].decode(Int.self) == 1)
        try await connection.query("DISCARD ALL")
        #expect(try await connection.query("SELECT \(2)")[0].decode(Int.self) == 2)
    }
}
