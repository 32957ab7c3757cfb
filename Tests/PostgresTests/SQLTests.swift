import Postgres
import Testing

/// What interpolation makes, without a server.
@Suite struct SQLTests {
    @Test func valuesBecomeParameters() {
        let sql: SQL = "SELECT * FROM t WHERE a = \(1) AND b = \("x") AND c = \(true)"
        #expect(sql.text == "SELECT * FROM t WHERE a = $1 AND b = $2 AND c = $3")
        #expect(sql.parameters.types == [.int8, .text, .bool])
        #expect(sql.parameters[0] == [0, 0, 0, 0, 0, 0, 0, 1])
        #expect(sql.parameters[1] == [0x78])
        #expect(sql.parameters[2] == [1])
    }

    @Test(arguments: ["'; DROP TABLE t; --", "$1", "\\'", "", "\u{0}", "é\u{301}"])
    func aStringIsNeverText(_ evil: String) {
        let sql: SQL = "SELECT \(evil)"
        #expect(sql.text == "SELECT $1")
        #expect(sql.parameters[0] == Array(evil.utf8))
    }

    @Test func fragmentsAreSplicedAndRenumbered() {
        let inner: SQL = "x = \(1) OR y = \(2)"
        let sql: SQL = "SELECT \(0) WHERE (\(inner)) AND (\(inner)) LIMIT \(3)"
        #expect(sql.text == "SELECT $1 WHERE (x = $2 OR y = $3) AND (x = $4 OR y = $5) LIMIT $6")
        #expect((0..<6).map { sql.parameters[$0]?.last } == [0, 1, 2, 1, 2, 3])
    }

    @Test func nullsKeepTheirPlaceWhenSpliced() {
        let inner: SQL = "\(nil as String?), \("b"), \(nil as Int?), \(""), \(7)"
        let sql: SQL = "\("a"), \(inner)"
        #expect(sql.parameters.types == [.text, .text, .text, .int8, .text, .int8])
        #expect((0..<6).map { sql.parameters[$0] } == [[0x61], nil, [0x62], nil, [], [0, 0, 0, 0, 0, 0, 0, 7]])
    }

    @Test func optionalFragmentMayBeAbsent() {
        let none: SQL? = nil
        let some: SQL? = " AND done = \(true)"
        #expect(("WHERE a\(none)\(some)" as SQL).text == "WHERE a AND done = $1")
    }

    @Test func joinsAndAdds() {
        let conditions: [SQL] = ["a = \(1)", "b = \(2)", "c"]
        #expect(conditions.joined(separator: " AND ").text == "a = $1 AND b = $2 AND c")
        #expect([SQL]().joined(separator: ", ").isEmpty)
        var sum: SQL = "SELECT \(1)"
        sum += ", \(2)"
        #expect((sum + " FROM t").text == "SELECT $1, $2 FROM t")
    }

    @Test func rawTextIsMarked() {
        let column = "title"
        #expect(("ORDER BY \(SQL(unsafe: column))" as SQL).text == "ORDER BY title")
    }

    @Test func nothingPrintsTheValues() {
        let sql: SQL = "SELECT \("s3cret")"
        var dumped = ""
        dump(sql, to: &dumped)
        for text in ["\(sql)", String(reflecting: sql), dumped] {
            #expect(!text.contains("s3cret") && !text.contains("115") && text.contains("$1"))
        }
    }

    @Test func configurationNeverPrintsThePassword() throws {
        let configuration = try PostgresConfiguration("postgresql://ann:s3cret@db.example:5433/todo?sslmode=disable")
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in ["\(configuration)", String(reflecting: configuration), dumped] {
            #expect(!text.contains("s3cret") && text.contains("host=db.example") && text.contains("port=5433"))
        }
    }

    @Test(arguments: [
        "postgresql://ann:s3cret@db/todo?nosuch=s3cret", "password=s3cret s3cret",
        "password='s3cret", "s3cret", "nosuch=s3cret", "postgresql://ann:s3cret%zz@db/", "postgresql://[s3cret/x",
    ])
    func aBadConnectionStringIsRefusedWithoutQuotingIt(_ text: String) throws {
        let error = try #require(throws: PostgresError.self) { try PostgresConfiguration(text) }
        #expect(error.kind == .usage)
        #expect(!"\(error)".contains("s3cret"))
        #expect("\(error)".contains("postgresql://"))
    }
}
