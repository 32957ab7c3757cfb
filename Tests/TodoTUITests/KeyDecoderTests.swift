import Testing
import TodoTUIKit

@Suite("Decoding keys")
struct KeyDecoderTests {
    static let sequences: [(String, Key)] = [
        ("a", .character("a")), (" ", .character(" ")), ("G", .character("G")), ("é", .character("é")), ("日", .character("日")),
        ("🎉", .character("🎉")), ("\r", Key(.enter)), ("\n", Key(.enter)), ("\t", Key(.tab)), ("\u{7F}", Key(.backspace)),
        ("\u{8}", Key(.backspace)), ("\u{3}", .control("c")), ("\u{C}", .control("l")), ("\u{15}", .control("u")),
        ("\u{17}", .control("w")), ("\u{1A}", .control("z")), ("\0", .control(" ")),
        ("\u{1B}[A", Key(.up)), ("\u{1B}OA", Key(.up)), ("\u{1B}[B", Key(.down)), ("\u{1B}[C", Key(.right)),
        ("\u{1B}OD", Key(.left)),
        ("\u{1B}[H", Key(.home)), ("\u{1B}OH", Key(.home)), ("\u{1B}[1~", Key(.home)), ("\u{1B}[7~", Key(.home)),
        ("\u{1B}[F", Key(.end)), ("\u{1B}[4~", Key(.end)), ("\u{1B}[8~", Key(.end)), ("\u{1B}[5~", Key(.pageUp)),
        ("\u{1B}[6~", Key(.pageDown)), ("\u{1B}[3~", Key(.delete)), ("\u{1B}[2~", Key(.insert)), ("\u{1B}[Z", Key(.tab, .shift)),
        ("\u{1B}[1;5C", Key(.right, .control)), ("\u{1B}[1;3D", Key(.left, .alt)), ("\u{1B}[1;6A", Key(.up, [.control, .shift])),
        ("\u{1B}OP", Key(.function(1))), ("\u{1B}[[A", Key(.function(1))), ("\u{1B}[12~", Key(.function(2))),
        ("\u{1B}[24~", Key(.function(12))), ("\u{1B}b", Key(.character("b"), .alt)), ("\u{1B}\u{7F}", Key(.backspace, .alt)),
        ("\u{1B}OM", Key(.enter)), ("\u{1B}[5^", Key(.pageUp, .control)),
    ]

    @Test(arguments: sequences) func sequence(bytes: String, key: Key) {
        var decoder = KeyDecoder()
        let inputs = decoder.feed(bytes.utf8)
        #expect(inputs == [.key(key)])
        #expect(!decoder.isUndecided)
    }

    /// A slow line may cut a sequence anywhere.
    @Test(arguments: sequences) func sequenceByteByByte(bytes: String, key: Key) {
        var decoder = KeyDecoder()
        var inputs: [Input] = []
        for byte in bytes.utf8 { inputs += decoder.feed([byte]) }
        #expect(inputs == [.key(key)])
    }

    @Test func allInOneRead() {
        var decoder = KeyDecoder()
        let inputs = decoder.feed(Self.sequences.flatMap { Array($0.0.utf8) })
        #expect(inputs == Self.sequences.map { .key($0.1) })
    }

    @Test func aLoneEscIsDecidedByTime() {
        var decoder = KeyDecoder()
        let early = decoder.feed([0x1B])
        #expect(early.isEmpty)
        #expect(decoder.isUndecided)
        let late = decoder.flush()
        #expect(late == [.key(Key(.escape))])
        #expect(!decoder.isUndecided)
    }

    @Test func escThenASequence() {
        var decoder = KeyDecoder()
        let inputs = decoder.feed("\u{1B}\u{1B}[A".utf8)
        #expect(inputs == [.key(Key(.escape)), .key(Key(.up))])
    }

    @Test func whatIsNotKnownIsSwallowedWhole() {
        var decoder = KeyDecoder()
        let sequences = decoder.feed("\u{1B}[?62;c\u{1B}[<35;10;10M\u{1B}[99~\u{1B}OyX".utf8)
        #expect(sequences == [.key(.character("X"))])
        let noise = decoder.feed([0xFF, 0xC3, 0x28, 0x80, 0x61])
        #expect(noise == [.key(.character("(")), .key(.character("a"))])
        let control = decoder.feed("\u{85}b".utf8)
        #expect(control == [.key(.character("b"))])
    }

    @Test func anEndlessSequenceIsGivenUp() {
        var decoder = KeyDecoder()
        let inputs = decoder.feed("\u{1B}[".utf8 + Array(repeating: UInt8(ascii: "1"), count: 100) + "a".utf8)
        #expect(inputs.last == .key(.character("a")))
        #expect(!decoder.isUndecided)
    }

    @Test func pastedTextComesAsOne() {
        let bytes = Array("x\u{1B}[200~q\nrm -rf 日\u{1B}[A\u{1B}[201~y".utf8)
        let expected: [Input] = [.key(.character("x")), .paste("q\nrm -rf 日\u{1B}[A"), .key(.character("y"))]
        var decoder = KeyDecoder()
        let whole = decoder.feed(bytes)
        #expect(whole == expected)
        for cut in bytes.indices {
            var decoder = KeyDecoder()
            let inputs = decoder.feed(bytes[..<cut]) + decoder.feed(bytes[cut...])
            #expect(inputs == expected, "cut at \(cut)")
        }
    }

    @Test func aHugePasteIsCut() {
        var decoder = KeyDecoder()
        let bytes = Array("\u{1B}[200~".utf8) + Array(repeating: UInt8(ascii: "a"), count: 300_000) + Array("\u{1B}[201~b".utf8)
        let inputs = decoder.feed(bytes)
        #expect(inputs.count == 2)
        guard case .paste(let text) = inputs.first else { return }
        #expect(text.utf8.count == 65_536)
    }

    @Test func names() {
        #expect(Key.control("l").description == "Ctrl-L")
        #expect(Key.character(" ").description == "Space")
        #expect(Key(.tab, .shift).description == "Shift-Tab")
        #expect(Key(.function(2)).description == "F2")
    }

    @Test func theMouse() {
        func read(_ text: String) -> [Input] {
            var decoder = KeyDecoder()
            return decoder.feed(Array(text.utf8))
        }
        #expect(read("\u{1B}[<0;5;3M") == [.mouse(Mouse(.press, at: Position(column: 4, row: 2)))])
        #expect(read("\u{1B}[<0;5;3m").isEmpty, "Letting go means nothing.")
        #expect(
            read("\u{1B}[<64;1;1M\u{1B}[<65;200;60M") == [
                .mouse(Mouse(.scrollUp, at: Position(column: 0, row: 0))),
                .mouse(Mouse(.scrollDown, at: Position(column: 199, row: 59))),
            ])
        #expect(read("\u{1B}[<4;2;2M") == [.mouse(Mouse(.press, at: Position(column: 1, row: 1)))], "With Shift.")
        #expect(read("\u{1B}[<2;2;2M\u{1B}[<0;0;0M\u{1B}[<;M\u{1B}[<99999999999999999999;1;1M").isEmpty)
    }
}
