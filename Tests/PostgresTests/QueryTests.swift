import FoundationEssentials
import Postgres
import Testing

/// Statements, results and errors on one connection.
@Suite struct QueryTests {
    @Test func rowsByPositionAndByName() async throws {
        let connection = try await freshConnection()
        let rows = try await connection.query("SELECT g AS number, 'row ' || g AS title FROM generate_series(1, 3) g")
        #expect(rows.count == 3 && rows.affectedRows == 3 && rows.columns == ["number", "title"])
        #expect(try rows.decode(Int.self, String.self).map(\.1) == ["row 1", "row 2", "row 3"])
        #expect(try rows.map { try $0.decode("number", as: Int.self) } == [1, 2, 3])
        let title: String? = try rows[2].decode("title")
        #expect(title == "row 3")
    }

    @Test func wrongCountsNamesAndNulls() async throws {
        let connection = try await freshConnection()
        let row = try await connection.query("SELECT 1 AS a, NULL::text AS b")[0]
        let count = try await postgresError { _ = try row.decode(Int.self) }
        #expect(count.kind == .decoding && count.message.contains("2 columns"))
        let name = try await postgresError { _ = try row.decode("c", as: Int.self) }
        #expect(name.kind == .decoding && name.message.contains("c"))
        let null = try await postgresError { _ = try row.decode(Int.self, String.self) }
        #expect(null.kind == .decoding && null.message.contains("column b") && null.message.contains("NULL"))
    }

    @Test func affectedRows() async throws {
        let connection = try await freshConnection()
        try await connection.execute(script: "CREATE TABLE t (a int8); INSERT INTO t SELECT generate_series(1, 7)")
        #expect(try await connection.query("UPDATE t SET a = a WHERE a > \(4)").affectedRows == 3)
        #expect(try await connection.query("DELETE FROM t").affectedRows == 7)
        let rows = try await connection.query("INSERT INTO t VALUES (1), (2) RETURNING a")
        #expect(rows.count == 2 && rows.affectedRows == 2)
        #expect(try await connection.query("").isEmpty)
    }

    @Test func injectionStringsStayValues() async throws {
        let connection = try await freshConnection()
        try await connection.execute(script: "CREATE TABLE t (a text)")
        let evil = ["'); DROP TABLE t; --", "\\'; --", "$1", "$$", "%s", "\"", "a\u{FEFF}b"]
        for text in evil { try await connection.query("INSERT INTO t VALUES (\(text))") }
        #expect(try await connection.query("SELECT a FROM t").decode(String.self) == evil)
        let error = try await postgresError { try await connection.query("INSERT INTO t VALUES (\("a\u{0}b"))") }
        #expect(error.sqlState == "22021")
        let unsafe = try await postgresError { try await connection.query(SQL(unsafe: "SELECT 1\u{0}; DROP TABLE t")) }
        #expect(unsafe.kind == .usage)
    }

    @Test func errorsSayWhatTheServerSaid() async throws {
        let connection = try await freshConnection()
        try await connection.execute(
            script: """
                CREATE TABLE users (email text CONSTRAINT email_taken UNIQUE);
                CREATE TABLE tasks (owner text REFERENCES users (email), title text NOT NULL);
                INSERT INTO users VALUES ('ann@example.org');
                """)
        let duplicate = try await postgresError { try await connection.query("INSERT INTO users VALUES (\("ann@example.org"))") }
        #expect(duplicate.kind == .server && duplicate.isUniqueViolation && !duplicate.isRetryable && !duplicate.isUnavailable)
        #expect(duplicate.constraint == "email_taken" && duplicate.table == "users" && duplicate.sqlState == "23505")
        #expect(duplicate.detail?.contains("ann@example.org") == true)
        #expect(!"\(duplicate)".contains("ann@") && "\(duplicate)".contains("QueryTests.swift"))
        let orphan = try await postgresError { try await connection.query("INSERT INTO tasks VALUES (\("bob"), \("t"))") }
        #expect(orphan.isForeignKeyViolation && orphan.table == "tasks")
        let missing = try await postgresError { try await connection.query("INSERT INTO tasks VALUES (NULL, NULL)") }
        #expect(missing.sqlState == "23502" && missing.column == "title")
        let syntax = try await postgresError { try await connection.query("SELEC 1") }
        #expect(syntax.sqlState == "42601")
        let hint = try await postgresError { try await connection.query("SELECT emial FROM users WHERE emai = 'x'") }
        #expect(hint.sqlState == "42703" && hint.hint != nil)
        #expect(try await connection.query("SELECT 1")[0].decode(Int.self) == 1)
    }

    @Test func errorsAboutDataDoNotQuoteIt() async throws {
        let connection = try await freshConnection()
        for (text, type) in [("s3cret", "uuid"), ("s3cret", "date"), ("s3cret", "int"), ("{s3cret", "jsonb")] {
            let error = try await postgresError { try await connection.query("SELECT \(text)::\(SQL(unsafe: type))") }
            #expect(error.sqlState?.hasPrefix("22") == true && !"\(error)".contains("s3cret") && "\(error)".contains("invalid"))
        }
    }

    @Test func scriptsRunWholeAndSayTheLine() async throws {
        let connection = try await freshConnection()
        let error = try await postgresError {
            try await connection.execute(script: "CREATE TABLE t (a int);\n-- ü\nINSERT INTO t\n VALUES (nope);")
        }
        #expect(error.message.hasPrefix("line 4: "))
        #expect(try await connection.query("SELECT to_regclass('t') IS NULL")[0].decode(Bool.self))
        let copy = try await postgresError { try await connection.execute(script: "COPY pg_class TO STDOUT") }
        #expect(copy.kind == .usage)
        #expect(await !connection.isUsable)
    }

    @Test func hugeResultsAndParameters() async throws {
        let connection = try await freshConnection()
        let rows = try await connection.query("SELECT g, repeat('x', 100) FROM generate_series(1, 200000) g")
        #expect(rows.count == 200_000)
        #expect(try rows[199_999].decode(Int.self, String.self).0 == 200_000)
        let big = Array(repeating: UInt8(7), count: 20_000_000)
        #expect(try await connection.query("SELECT length(\(big)), \(big)")[0].decode(Int.self, [UInt8].self).1 == big)
        let many = (0..<2_000).map { "\($0)" as SQL }.joined(separator: ", ")
        #expect(try await connection.query("SELECT 1 WHERE 1999 IN (\(many))").count == 1)
        let tooMany = (0..<65_536).map { "\($0)" as SQL }.joined(separator: ", ")
        #expect(try await postgresError { try await connection.query("SELECT 1 WHERE 1 IN (\(tooMany))") }.kind == .usage)
    }

    @Test func rowsOutliveTheirConnection() async throws {
        let connection = try await freshConnection()
        let rows = try await connection.query("SELECT repeat('y', 10)")
        await connection.close()
        #expect(try rows[0].decode(String.self) == "yyyyyyyyyy")
        #expect(try await postgresError { try await connection.query("SELECT 1") }.kind == .closed)
        #expect(await !connection.isUsable)
    }

    @Test func timesAreInUTCUnlessAskedOtherwise() async throws {
        let connection = try await freshConnection()
        let zone = try await connection.query("SELECT current_setting('TimeZone'), current_setting('application_name')")[0]
        #expect(try zone.decode(String.self, String.self) == ("UTC", "todo"))
    }
}
