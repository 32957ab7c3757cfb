import FoundationEssentials
import Testing
import TodoCore

@Suite struct JSONReaderTests {
    private func value(_ text: String) throws -> JSONValue { try JSONValue(json: Array(text.utf8)) }

    @Test func valuesAreReadAsJSONDecoderReadsThem() throws {
        let documents = [
            "null", "true", " false ", "\"\"", "0", "-0", "-0.0", "12", "1.5", "1e3", "1E+2", "25e-1", "1.0",
            "9223372036854775807",
            "-9223372036854775808", "9223372036854775808", "123456789012345678901234567890", "1e308", "5e-324", "[]", "{}",
            "[[],[[]],{}]", "{\"a\":{\"b\":[1,2,{\"c\":null}]}}", "\t\n\r [ 1 , 2 ] \n", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
            "\"\\u00e4\\u20ac\\uD83C\\uDF89\\ud83c\\udf89\"", "\"ä€🎉\u{7F}\u{2028}\"", "\"\\u0000\"", "{\"\":1,\"\\u0061\":2}",
        ]
        for text in documents {
            #expect(try value(text) == Wire.decode(JSONValue.self, from: text.utf8), "\(text)")
        }
    }

    @Test func nestingHasALimit() throws {
        let most = JSONReader.maximumDepth
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let good = String(repeating: open, count: most) + "1" + String(repeating: close, count: most)
            let bad = open + good + close
            #expect(throws: Never.self) { try value(good) }
            for text in [bad, String(repeating: open, count: 100_000)] {
                let fault = try #require(throws: JSONReader.Fault.self) { try value(text) }
                #expect(fault.reason == .tooDeep && fault.offset == open.utf8.count * most)
                #expect(throws: fault) {
                    var reader = try JSONReader(Array(text.utf8))
                    try reader.skipValue()
                }
            }
            #expect((try? Wire.decode(JSONValue.self, from: bad.utf8)) == nil)
        }
    }

    @Test func theCallerSaysWhatComes() throws {
        var reader = try JSONReader(Array(#"{"a\u0062": [1, "x", true, null], "skipped": {"n": [{}]}, "z": 1.5}"#.utf8))
        try reader.beginObject()
        var keys: [String] = []
        while try reader.nextKey() {
            keys.append(reader.key)
            if reader.isKey("ab") {
                try reader.beginArray()
                #expect(try reader.nextElement() && reader.integer() == 1)
                #expect(try reader.nextElement() && reader.string() == "x")
                #expect(try reader.nextElement() && reader.bool())
                #expect(try reader.nextElement() && reader.null())
                #expect(try !reader.nextElement())
            } else if reader.isKey("z") {
                #expect(try !reader.null())
                #expect(try reader.double() == 1.5)
            } else {
                try reader.skipValue()
            }
        }
        try reader.finish()
        #expect(keys == ["ab", "skipped", "z"])
    }

    @Test func anotherKindOfValueIsTold() throws {
        func reason(_ text: String, _ read: (inout JSONReader) throws -> Void) -> JSONReader.Fault.Reason? {
            do {
                var reader = try JSONReader(Array(text.utf8))
                try read(&reader)
                return nil
            } catch {
                return (error as? JSONReader.Fault)?.reason
            }
        }
        #expect(reason("1") { _ = try $0.string() } == .wrongType)
        #expect(reason("\"x\"") { _ = try $0.integer() } == .wrongType)
        #expect(reason("1") { _ = try $0.bool() } == .wrongType)
        #expect(reason("{}") { try $0.beginArray() } == .wrongType)
        #expect(reason("[]") { try $0.beginObject() } == .wrongType)
        #expect(reason("") { try $0.beginObject() } == .syntax)
        #expect(reason("") { _ = try $0.bool() } == .syntax)
        #expect(reason("nul") { _ = try $0.null() } == .syntax)
        #expect(reason("1.5") { _ = try $0.integer() } == .wrongValue)
        #expect(reason("9223372036854775808") { _ = try $0.integer() } == .wrongValue)
        #expect(reason("-9223372036854775809") { _ = try $0.integer() } == .wrongValue)
        #expect(reason("1e19") { _ = try $0.integer() } == .wrongValue)
        #expect(reason("1e999") { _ = try $0.double() } == .wrongValue)
        #expect(reason("\"x\"") { _ = try $0.uuid() } == .wrongValue)
        #expect(reason("\"2026-02-30\"") { _ = try $0.date() } == .wrongValue)
        #expect(reason("\"2026-02-28T24:00:00Z\"") { _ = try $0.timestamp() } == .wrongValue)
        #expect(
            reason("1 2") {
                try $0.skipValue(); try $0.finish()
            } == .syntax)
    }

    @Test func idsAndInstantsAreThoseOfTheSlowerReaders() throws {
        let texts = [
            "2026-11-22T00:00:00.000000Z", "2026-11-22T23:59:60.999999Z", "2026-11-22T23:59:61.000000Z",
            "0001-01-01T00:00:00.000001Z",
            "2024-02-29T12:30:45.123456Z", "2023-02-29T12:30:45.123456Z", "2026-11-22t12:30:45.123456z",
            "2026-11-22T12:30:45.12345Z",
            "2026-11-22T12:30:45Z", "2026-11-22T12:30:45.1234567+01:00", "2026-11-22T12:30:45+01:00",
            "2026-11-22 12:30:45.123456Z",
            "2026-11-22", "2026-13-01", "2026-1-01", "", "0198A5B2-7c1e-7000-8000-0000000000ff",
            "0198a5b27c1e700080000000000000ff",
            "0198a5b2-7c1e-7000-8000-0000000000fg", "0198a5b2-7c1e-7000-8000-0000000000f", "0198a5b2x7c1e-7000-8000-0000000000ff",
        ]
        for text in texts {
            // With an escape, another way is taken to the same.
            for json in ["\"\(text)\"", "\"" + text.replacing("2", with: "\\u0032") + "\""] {
                func read<Value>(_ read: (inout JSONReader) throws -> Value) throws -> Value? {
                    var reader = try JSONReader(Array(json.utf8))
                    return try? read(&reader)
                }
                #expect(try read { try $0.timestamp() } == Timestamp.date(text), "\(text)")
                #expect(try read { try $0.date() } == LocalDate(text), "\(text)")
                #expect(try read { try $0.uuid() } == UUID(uuidString: text), "\(text)")
            }
        }
    }
}
