import Testing
import TodoTUIKit

@Suite("Text and its width")
struct TextTests {
    @Test(arguments: [
        ("milk", 4), ("日本", 4), ("e\u{301}te\u{301}", 3), ("🎉", 2), ("👩‍👩‍👧", 2), ("🇩🇪", 2), ("❤️", 2), ("한국", 4),
        ("\u{1B}[2J", 4), ("ｈｉ", 4), ("", 0),
    ]) func width(text: String, columns: Int) {
        #expect(Text.width(text) == columns)
    }

    @Test(arguments: [
        ("Buy milk", 8, "Buy milk"), ("Buy milk", 7, "Buy mi…"), ("日本語", 6, "日本語"), ("日本語", 5, "日本…"),
        ("日本語", 4, "日…"), ("🎉🎉", 1, "…"), ("abc", 0, ""), ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"),
    ]) func fitted(text: String, columns: Int, expected: String) {
        #expect(Text.fitted(text, to: columns) == expected)
    }

    @Test(arguments: [
        ("one two three", 7, ["one two", "three"]), ("one two three", 80, ["one two three"]), ("", 5, [""]),
        ("abcdefgh ij", 3, ["abc", "def", "gh", "ij"]), ("日本語 語", 4, ["日本", "語", "語"]), ("a\nb", 9, ["a b"]),
    ]) func wrapped(text: String, columns: Int, expected: [String]) {
        #expect(Text.wrapped(text, to: columns) == expected)
    }

    @Test func wideCharactersTakeTheirColumns() {
        var frame = Frame(size: Size(columns: 6, rows: 1))
        let end = frame.write("日本語x", at: 0, 0, .plain)
        #expect(end == 6)
        #expect(frame.rows[0].map(\.width) == [2, 0, 2, 0, 2, 0])
        #expect(frame.text(row: 0) == "日本語")
    }

    @Test func noHalfOfAWideCharacterIsLeft() {
        var frame = Frame(size: Size(columns: 6, rows: 1))
        frame.write("日本語", at: 0, 0, .plain)
        frame.write("xy", at: 1, 0, .plain)
        #expect(frame.text(row: 0) == " xy 語")
        frame.write("国", at: 3, 0, .plain)
        #expect(frame.text(row: 0) == " xy国")
    }

    @Test func aWideCharacterIsNotCutAtTheEdge() {
        var frame = Frame(size: Size(columns: 3, rows: 1))
        let end = frame.write("日本", at: 0, 0, .plain)
        #expect(end == 2)
        #expect(frame.text(row: 0) == "日")
    }

    @Test func aMarkWithoutALetterGetsASpaceToStandOn() {
        var frame = Frame(size: Size(columns: 4, rows: 1))
        frame.write("\u{301}a\u{200B}b", at: 0, 0, .plain)
        #expect(frame.rows[0].map(\.character) == [" \u{301}", "a", "b", " "])
    }

    @Test func whatLiesOutsideIsLeftOut() {
        var frame = Frame(size: Size(columns: 4, rows: 2))
        frame.write("abcdef", at: 2, 1, .plain)
        frame.write("no", at: 0, 2, .plain)
        frame.write("no", at: 0, -1, .plain)
        frame.fill(-3..<9, -2..<1, Style(.red))
        #expect(frame.text(row: 1) == "  ab")
        #expect(frame.rows[0].allSatisfy { $0.style == Style(.red) })
    }

    @Test func styleNames() {
        #expect(Style.plain.description == "plain")
        #expect(Style(.red, [.bold, .reverse], on: .blue).description == "bold reverse red on blue")
    }
}
