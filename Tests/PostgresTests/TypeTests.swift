import FoundationEssentials
import Postgres
import Testing

/// Each type to the server and back.
@Suite struct TypeTests {
    private func roundTrip<T: PostgresEncodable & PostgresDecodable & Equatable>(
        _ values: [T], sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let connection = try await freshConnection()
        for value in values {
            let rows = try await connection.query("SELECT \(value), \(value as T?), \(nil as T?)")
            let (plain, some, none) = try rows[0].decode(T.self, T?.self, T?.self)
            #expect(plain == value && some == value && none == nil, sourceLocation: sourceLocation)
        }
        await connection.close()
    }

    @Test func booleans() async throws { try await roundTrip([true, false]) }

    @Test func integers() async throws {
        try await roundTrip([Int16.min, -1, 0, .max])
        try await roundTrip([Int32.min, -1, 0, .max])
        try await roundTrip([Int64.min, -1, 0, .max])
        try await roundTrip([Int.min, -1, 0, .max])
    }

    @Test func doubles() async throws {
        try await roundTrip([
            0, -0.0, .pi, .greatestFiniteMagnitude, .leastNonzeroMagnitude, -.infinity, .infinity, 1.0 / 3,
        ])
        let connection = try await freshConnection()
        #expect(try await connection.query("SELECT \(Double.nan), 1.5::float4")[0].decode(Double.self, Double.self).0.isNaN)
    }

    @Test func texts() async throws {
        try await roundTrip(["", "a", "'; DROP TABLE x; --", "👩‍👩‍👧 ½ \u{10FFFF}", String(repeating: "ß", count: 1_000_000)])
    }

    @Test func bytes() async throws {
        try await roundTrip([[UInt8](), [0], Array(0...255), Array(repeating: 0xFF, count: 3_000_000)])
    }

    @Test func uuids() async throws {
        let ends = ["00000000-0000-0000-0000-000000000000", "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF"]
        try await roundTrip(try ends.map { try #require(UUID(uuidString: $0)) } + [UUID()])
        let connection = try await freshConnection()
        let id = UUID()
        let text = try await connection.query("SELECT \(id)::text")[0].decode(String.self)
        #expect(text == id.uuidString.lowercased())
    }

    @Test func dates() async throws {
        // Exact to the microsecond for nearly three centuries around 2001.
        try await roundTrip([
            Date(timeIntervalSince1970: 0), Date(timeIntervalSince1970: -0.000001),
            Date(timeIntervalSince1970: 1_763_726_399.999999),
            Date(timeIntervalSinceReferenceDate: 0.000001), Date(timeIntervalSince1970: 4_102_444_800),
        ])
        let connection = try await freshConnection()
        let (read, text) = try await connection.query(
            """
            SELECT '2026-11-22 01:02:03.456789+00'::timestamptz, \(Date(timeIntervalSince1970: 1_795_309_323.456789))::text
            """
        )[0].decode(Date.self, String.self)
        #expect(read == Date(timeIntervalSince1970: 1_795_309_323.456789))
        #expect(text == "2026-11-22 01:02:03.456789+00")
        for extreme in ["4713-01-01 00:00:00+00 BC", "294276-12-31 23:59:59+00"] {
            let date = try await connection.query("SELECT \(extreme)::timestamptz")[0].decode(Date.self)
            #expect(try await connection.query("SELECT \(date) = \(extreme)::timestamptz")[0].decode(Bool.self))
        }
    }

    @Test func datesThatTheServerDoesNotHave() async throws {
        let connection = try await freshConnection()
        for date in [
            Date(timeIntervalSince1970: 1e15), Date(timeIntervalSince1970: .nan), Date(timeIntervalSince1970: .infinity),
        ] {
            let error = try await postgresError { try await connection.query("SELECT \(date)") }
            #expect(error.sqlState == "22008")
        }
        let error = try await postgresError {
            _ = try await connection.query("SELECT 'infinity'::timestamptz")[0].decode(Date.self)
        }
        #expect(error.kind == .decoding)
    }

    @Test func arrays() async throws {
        try await roundTrip([[String](), [""], ["a", "b,c", "{\"}", "NULL", "ü"]])
        try await roundTrip([[Int](), [.min, 0, .max]])
        try await roundTrip([[true, false]])
        try await roundTrip([[UUID()], [UUID(), UUID()]])
        try await roundTrip([[Date(timeIntervalSince1970: 1)]])
        try await roundTrip([[0.5, -1]])
        try await roundTrip([["a", nil, ""] as [String?]])
        try await roundTrip([[1, nil] as [Int?]])
        try await roundTrip([(0..<50_000).map { "tag \($0)" }])
        let connection = try await freshConnection()
        let (first, joined, contains) = try await connection.query(
            "SELECT (\(["x", "y"]))[1], array_to_string(\(["x", "y"]), '+'), \(2) = ANY(\([1, 2, 3]))"
        )[0].decode(String.self, String.self, Bool.self)
        #expect(first == "x" && joined == "x+y" && contains)
        #expect(try await connection.query("SELECT array[1,2]::int4[]")[0].decode([Int].self) == [1, 2])
    }

    @Test func arraysThatDoNotFit() async throws {
        let connection = try await freshConnection()
        for sql in ["array[[1,2],[3,4]]", "array[1,null]", "array['a']", "1"] {
            let error = try await postgresError {
                _ = try await connection.query("SELECT \(SQL(unsafe: sql))")[0].decode([Int].self)
            }
            #expect(error.kind == .decoding, "\(sql)")
        }
    }

    @Test func whatIsSentAsText() async throws {
        let connection = try await freshConnection()
        try await connection.execute(script: "CREATE TYPE mood AS ENUM ('glad'); CREATE DOMAIN word AS text")
        for (type, text) in [
            ("varchar", "a"), ("name", "b"), ("json", "[1]"), ("jsonb", "[1]"), ("mood", "glad"), ("word", "w"), ("bpchar", "c"),
        ] {
            let row = try await connection.query("SELECT \(text)::\(SQL(unsafe: type)), '[1]'")[0]
            let (read, unknown) = try row.decode(String.self, String.self)
            #expect(read == text && unknown == "[1]")
        }
    }

    @Test func json() async throws {
        let connection = try await freshConnection()
        try await connection.execute(script: "CREATE TABLE j (b jsonb)")
        try await connection.query("INSERT INTO j VALUES (\(PostgresJSON(#"{"a": [1, "ü"]}"#.utf8)))")
        let row = try await connection.query("SELECT b, b, b, b->'a'->>1, b::json FROM j")[0]
        let (text, bytes, json, element, plain) = try row.decode(
            String.self, [UInt8].self, PostgresJSON.self, String.self, PostgresJSON.self)
        #expect(text == #"{"a": [1, "ü"]}"#)
        #expect(bytes == Array(text.utf8) && json.bytes == bytes && plain.bytes == bytes)
        #expect(element == "ü")
        let error = try await postgresError { try await connection.query("SELECT \(PostgresJSON("{".utf8))") }
        #expect(error.sqlState == "22P02")
    }

    @Test func integersAreReadFromNarrowerTypes() async throws {
        let connection = try await freshConnection()
        let row = try await connection.query("SELECT 1::int2, 2::int4, 3::int8, 4::oid, pg_current_xact_id(), 5::int2")[0]
        let (a, b, c, d, xid, e) = try row.decode(Int.self, Int.self, Int64.self, Int.self, Int64.self, Int32.self)
        #expect(a == 1 && b == 2 && c == 3 && d == 4 && xid > 0 && e == 5)
    }

    @Test func transactionIDs() async throws {
        let connection = try await freshConnection()
        let first = try await connection.query("SELECT pg_current_xact_id()")[0].decode(PostgresTransactionID.self)
        let (isAfter, same) = try await connection.query("SELECT pg_current_xact_id() > \(first), \(first)")[0]
            .decode(Bool.self, PostgresTransactionID.self)
        #expect(isAfter && same == first)
    }

    @Test(arguments: ["1::int4", "'x'::text", "now()", "true", "1.5::numeric", "now()::date"])
    func aWrongTypeIsAnErrorThatNamesTheColumn(_ expression: String) async throws {
        let connection = try await freshConnection()
        let rows = try await connection.query("SELECT 1, \(SQL(unsafe: expression)) AS wrong")
        let error = try await postgresError { _ = try rows[0].decode(Int.self, UUID.self) }
        #expect(error.kind == .decoding && "\(error)".contains("wrong") && "\(error)".contains("TypeTests.swift"))
    }
}
