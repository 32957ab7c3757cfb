import DeadLetters
import FoundationEssentials
import Kafka
import Store
import Testing
import TodoCore

struct DeadLetterTextTests {
    private func contents(_ value: [UInt8], headers: [KafkaHeader], key: String? = nil) throws -> DeadLetterContents {
        let record = KafkaRecord(
            topic: "events.dlq", partition: 0, offset: 0, key: key, value: value, headers: headers,
            timestamp: 1_795_305_600_123)
        return try #require(DeadLetterContents(record, retries: []))
    }

    private static let hostile = "a\u{1B}[2J\u{9B}31m\r\nb\u{202E}c\u{7}"

    @Test func nothingOfAMessageMovesTheCursor() throws {
        let names = ["reason", "origin_topic", "origin_partition", "origin_offset", "event_type", "event_id", "\u{1B}[1m"]
        let contents = try contents(
            Array(Self.hostile.utf8), headers: names.map { KafkaHeader(name: $0, value: Self.hostile) }, key: Self.hostile)
        let list = DeadLetterList(letters: [contents.letter], count: 1)
        let json = try DeadLetterText.json(list)
        for text in [DeadLetterText.table(list, columns: nil), DeadLetterText.details(contents), json] {
            let unsafe = text.unicodeScalars.filter { scalar in
                scalar != "\n" && (scalar.properties.generalCategory == .control || scalar.properties.isBidiControl)
            }
            #expect(unsafe.isEmpty, "\(text.debugDescription)")
        }
        // Two lines of a table: no title can look like another row.
        #expect(DeadLetterText.table(list, columns: nil).split(separator: "\n").count == 2)
        guard case .array(let letters) = try Wire.decode(JSONValue.self, from: json.utf8), case .object(let letter) = letters[0]
        else { return #expect(Bool(false), "\(json)") }
        #expect(letter["reason"] == .string(Self.hostile) && letter["origin_offset"] == .null && letter["id"] == "events.dlq/0/0")
        for outcome: DeadLetterRetry.Outcome in [.missing, .unusable(Self.hostile)] {
            let id = DeadLetterID(topic: Self.hostile, partition: 0, offset: 0)
            #expect(!DeadLetterText.line(DeadLetterRetry(id: id, outcome: outcome)).contains("\u{1B}"))
        }
        #expect(!DeadLetterError.unknownTopic(Self.hostile).description.contains("\u{1B}"))
    }

    @Test func theTableFitsTheTerminal() throws {
        let headers = [
            KafkaHeader(name: "event_type", value: "task.sung"), KafkaHeader(name: "reason", value: "the field 名前 is missing"),
        ]
        let contents = try contents([1], headers: headers)
        var list = DeadLetterList(letters: [contents.letter], count: 3)
        #expect(
            DeadLetterText.table(list, columns: nil) == """
                TIME                  ID              TYPE       REASON
                2026-11-22T00:00:00Z  events.dlq/0/0  task.sung  the field 名前 is missing
                and 2 older; --limit 3 shows all.

                """)
        list.count = 1
        #expect(
            DeadLetterText.table(list, columns: 62) == """
                TIME                  ID              TYPE       REASON
                2026-11-22T00:00:00Z  events.dlq/0/0  task.sung  the field 名…

                """)
        #expect(DeadLetterText.table(DeadLetterList(letters: [], count: 0), columns: 80) == "No dead letters.\n")
    }

    @Test func theValueIsShownAsWhatItIs() throws {
        func value(_ bytes: [UInt8]) throws -> Substring {
            let text = DeadLetterText.details(try contents(bytes, headers: []))
            let start = try #require(text.firstRange(of: "\nvalue\n"))
            return text[start.upperBound...]
        }
        let json = try value(Array(#"{"b":[1.10,{},[ ],{"x":"}\"\\"}],"a":12345678901234567890}"#.utf8))
        #expect(
            json == #"""
                {
                  "b": [
                    1.10,
                    {},
                    [],
                    {
                      "x": "}\"\\"
                    }
                  ],
                  "a": 12345678901234567890
                }

                """#)
        #expect(try value(Array("not JSON\nbut \u{1B}text".utf8)) == "not JSON\nbut \u{FFFD}text\n")
        #expect(
            try value([0xFF] + Array("0123456789abcdefg".utf8)) == """
                00000000  ff 30 31 32 33 34 35 36 37 38 39 61 62 63 64 65  .0123456789abcde
                00000010  66 67                                            fg

                """)
        #expect(try value([]) == "(empty)\n")
    }
}
