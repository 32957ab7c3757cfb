import Testing
import TodoClient

@Suite struct ServerSentEventsTests {
    typealias Block = ServerSentEvents.Block

    private static func block(_ data: String?, _ id: String = "", type: String = "") -> Block {
        Block(type: type, data: data.map { Array($0.utf8) }, lastEventID: id)
    }

    /// The examples of the standard, and what it says in words.
    static let streams: [(String, [Block])] = [
        ("data: YHOO\ndata: +2\ndata: 10\n\n", [block("YHOO\n+2\n10")]),
        (
            ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n",
            [block("first event", "1"), block("second event", ""), block(" third event", "")]
        ),
        ("data\n\ndata\ndata\n\ndata:", [block(""), block("\n")]),
        ("data:test\n\ndata: test\n\n", [block("test"), block("test")]),
        ("event: a\ndata: x\n\ndata: y\n\n", [block("x", type: "a"), block("y")]),
        ("event: a\nevent: b\ndata: x\n\n", [block("x", type: "b")]),
        ("id: 7-1\n\n", [block(nil, "7-1")]), ("id: 7\ndata: x\n\ndata: y\n\n", [block("x", "7"), block("y", "7")]),
        ("id: 7\u{0}8\ndata: x\n\n", [block("x", "")]), ("id: a\nid: b\ndata: x\n\n", [block("x", "b")]),
        ("\u{FEFF}data: x\n\n", [block("x")]), ("\u{FEFF}\u{FEFF}data: x\n\ndata: y\n\n", [block(nil), block("y")]),
        (": a comment\n\n:\n\n", []), ("\n\n\n", []), ("Data: x\n\n", [block(nil)]), (" data: x\n\n", [block(nil)]),
        ("data : x\n\n", [block(nil)]), ("unknown: x\ndata: y\n\n", [block("y")]), ("data: a:b: c\n\n", [block("a:b: c")]),
        ("data: ü🎉\n\n", [block("ü🎉")]), ("data: x\nid: 3\n", []), ("data: x", []), ("", []),
        ("data: {\"a\":\ndata:  1}\n\n", [block("{\"a\":\n 1}")]), ("retry: 100\ndata: x\n\n", [block("x")]),
    ]

    /// However the lines end and however the bytes are cut.
    @Test(arguments: 0..<streams.count) func everyCutGivesTheSame(index: Int) {
        let (text, blocks) = Self.streams[index]
        for end in ["\n", "\r", "\r\n"] {
            let bytes = Array(text.replacing("\n", with: end).utf8)
            for cut in 0...bytes.count {
                var parser = ServerSentEvents(lastEventID: "")
                #expect(
                    parser.take(Array(bytes[..<cut])) + parser.take(Array(bytes[cut...])) == blocks,
                    "\(end.debugDescription) \(cut)")
            }
            var parser = ServerSentEvents(lastEventID: "")
            #expect(bytes.flatMap { parser.take([$0]) + parser.take([]) } == blocks)
        }
    }

    @Test func mixedLineEndsEndLinesOnce() {
        var parser = ServerSentEvents(lastEventID: "start")
        let blocks = parser.take(Array("data: a\r\ndata: b\rdata: c\n\r\n:\r\rdata: d\n\n".utf8))
        #expect(blocks == [Self.block("a\nb\nc", "start"), Self.block("d", "start")])
    }

    @Test func theTimeToWaitIsDigitsOnly() {
        for (text, retry) in [
            ("retry: 1500", 1500), ("retry:0", 0), ("retry: -1", nil), ("retry: 1.5", nil), ("retry", nil), ("retry:  5", nil),
            ("retry: 99999999999999999999", Int.max), ("retry: 5s", nil),
        ] {
            var parser = ServerSentEvents(lastEventID: "")
            _ = parser.take(Array("\(text)\n".utf8))
            #expect(parser.retry == retry, "\(text)")
        }
    }

    @Test func whatNeverEndsIsNoticed() {
        for line in ["data: ", "data: x\ndata: "] {
            var parser = ServerSentEvents(lastEventID: "")
            _ = parser.take(Array(line.utf8))
            let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
            for _ in 0..<4 {
                #expect(!parser.isTooLong)
                _ = parser.take(piece)
            }
            #expect(parser.isTooLong)
        }
    }

    @Test func garbageIsNoTrap() {
        var state: UInt64 = 3
        for _ in 0..<300 {
            var parser = ServerSentEvents(lastEventID: "")
            let bytes = (0..<200).map { _ -> UInt8 in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let marks = Array("\r\n: dataideventry".utf8)
                return state >> 62 == 0 ? UInt8(truncatingIfNeeded: state >> 40) : marks[Int(state >> 40) % marks.count]
            }
            let whole = parser.take(bytes)
            var other = ServerSentEvents(lastEventID: "")
            #expect(bytes.flatMap { other.take([$0]) } == whole)
        }
    }
}
