import Testing
import TodoCore

/// What is not JSON, against both readers, and damaged documents.
@Suite struct JSONReaderFaultTests {
    static let malformed: [[UInt8]] =
        [
            "", " ", "nul", "nulll", "Null", "tru", "truee", "fals", "True", "NaN", "Infinity", "-Infinity", "undefined", "'a'",
            "a",
            // Numbers.
            "-", "+1", "01", "-01", "00", "1.", ".5", "-.5", "1.e1", "1e", "1e+", "1E-", "0x10", "1_000", "1,5", "1 2", "--1",
            "1e1.5",
            "٣", "0.", "-0.", "2e.3", "1.2.3",
            // Strings.
            "\"", "\"a", "\"\\\"", "\"\\", "\"\\x41\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\u 123\"", "\"\\uD83C\"", "\"\\uDF89\"",
            "\"\\uDF89\\uD83C\"", "\"\\uD83C\\u0041\"", "\"\\uD83C\\n\"", "\"\\uD83Cx\"", "\"\\uD83C\\uD83C\"", "\"\n\"",
            "\"\t\"",
            "\"\u{0}\"", "\"\u{1F}\"", "\"a\"b", "\"a\" \"b\"", "\"\\'\"", "\"\\U0041\"", "\"\\u+041\"",
            // Arrays.
            "[", "]", "[1", "[1,", "[,1]", "[,]", "[1 2]", "[1,,2]", "[1]]", "[[1]", "[1}", "[}", "[1:2]", "[\"a\"",
            "[-]",
            // Objects.
            "{", "}", "{a:1}", "{'a':1}", "{1:2}", "{\"a\"}", "{\"a\":}", "{\"a\":1", "{\"a\":1,", "{,\"a\":1}",
            "{\"a\" 1}",
            "{\"a\":1 \"b\":2}", "{\"a\":1,,\"b\":2}", "{\"a\":1]", "{\"a\",1}", "{\"a\"::1}", "{\"a\":1}}", "{null:1}", "{[]:1}",
            "{\"a\":1}x", "{\"a\":\"b\"", "{\"\\u12\":1}",
            // What other formats allow.
            "// c\n1", "/* c */1", "[1] // c", "[1];", "#1", "\u{A0}1", "\u{2028}1", "\u{C}1", "\u{B}1",
        ].map { Array($0.utf8) } + [
            // What is not UTF-8: a lone continuation, too long a form, half a character, a surrogate, beyond U+10FFFF.
            [0x22, 0x80, 0x22], [0x22, 0xC0, 0xAF, 0x22], [0x22, 0xE2, 0x82, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
            [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], [0x22, 0xFF, 0x22], [0x22, 0xF0, 0x9F, 0x8E], [0x5B, 0xFE, 0x5D],
        ]

    @Test(arguments: malformed) func whatIsNotJSONIsRefusedByBoth(bytes: [UInt8]) {
        #expect((try? Wire.decode(JSONValue.self, from: bytes)) == nil)
        #expect(throws: JSONReader.Fault.self) { try JSONValue(json: bytes) }
        // Inside of a document, too, where it is read and where it is passed over.
        let text = Array("[0,".utf8) + bytes + Array("]".utf8)
        let isGoodInside = [Array("1 ".utf8), Array("1,5".utf8)].contains(bytes)
        #expect(((try? JSONValue(json: text)) != nil) == isGoodInside)
        #expect(((try? JSONReader.checkArray(text)) != nil) == isGoodInside)
    }

    /// Where the standard leaves a choice, or JSONDecoder takes more than the standard.
    @Test func onlyPlainUTF8AndNoCommaAtTheEndIsTaken() {
        for text in ["[1,]", "[1, ]", "{\"a\":1,}", "[[1,],2]", "1\u{0}"] {
            #expect((try? Wire.decode(JSONValue.self, from: text.utf8)) != nil)
            #expect(throws: JSONReader.Fault.self) { try JSONValue(json: Array(text.utf8)) }
            #expect(throws: JSONReader.Fault.self) { try JSONReader.checkArray(Array(text.utf8)) }
        }
        for bytes: [UInt8] in [[0xEF, 0xBB, 0xBF, 0x31], [0x31, 0, 0x32, 0], [0xFF, 0xFE, 0x31, 0]] {
            #expect(throws: JSONReader.Fault.self) { try JSONValue(json: bytes) }
        }
    }

    @Test func onlyAnArrayIsAPage() throws {
        for text in ["[]", " [1,{\"a\":[]}]\n"] { #expect(throws: Never.self) { try JSONReader.checkArray(Array(text.utf8)) } }
        for text in ["{}", "null", "1", "\"[]\"", "", "[] []", "[", "{\"a\":[]}"] {
            #expect(throws: JSONReader.Fault.self) { try JSONReader.checkArray(Array(text.utf8)) }
        }
    }

    /// Bytes changed, put in, taken out and cut off: there is never more than a fault, all three ways to read agree, and so does
    /// JSONDecoder.
    @Test func damagedDocumentsNeverTrap() throws {
        var random = SeededGenerator(seed: 11)
        let marks = Array("{}[]\",:\\/ \nu0123456789.-+eEtrfalsn".utf8) + [0, 0x7F, 0x80, 0xC3, 0xE2, 0xED, 0xF0, 0xFF]
        var accepted = 0
        for round in 0..<4000 {
            let document: JSONValue = .array((0..<2).map { _ in .random(using: &random) })
            var bytes =
                round % 2 == 0
                ? Array(document.written(using: &random).utf8) : try Wire.encode([TodoTask.random(using: &random)])
            for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<5, using: &random) {
                case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 1: bytes[place] = marks.randomElement(using: &random) ?? 0
                case 2: bytes.insert(marks.randomElement(using: &random) ?? 0, at: place)
                case 3: bytes.remove(at: place)
                default: bytes.removeLast(bytes.count - place)
                }
            }
            _ = try? TodoTask.array(json: bytes)
            let text = String(decoding: bytes, as: UTF8.self)
            let other = try? Wire.decode(JSONValue.self, from: bytes)
            do throws(JSONReader.Fault) {
                let value = try JSONValue(json: bytes)
                let isArray = if case .array = value { true } else { false }
                #expect(((try? JSONReader.checkArray(bytes)) != nil) == isArray, "\(text)")
                #expect(value == other, "\(text)")
                accepted += 1
            } catch {
                // A number that is too large for any type is well-formed all the same.
                if error.reason != .wrongValue { #expect((try? JSONReader.checkArray(bytes)) == nil, "\(text)") }
                let plain = text.filter { !$0.isWhitespace }
                #expect(other == nil || plain.contains(",]") || plain.contains(",}"), "\(text)")
            }
        }
        #expect(accepted > 200 && accepted < 3800)
    }
}
