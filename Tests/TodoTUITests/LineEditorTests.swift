import Testing
import TodoTUIKit

@Suite("Editing a line")
struct LineEditorTests {
    /// The text with `|` for the caret.
    private func after(_ text: String, _ keys: Key...) -> String {
        var editor = LineEditor(text)
        for key in keys {
            let isHandled = editor.handle(key)
            #expect(isHandled)
        }
        return "\(editor.before)|\(editor.after)"
    }

    @Test func moves() {
        #expect(after("日本", Key(.left)) == "日|本")
        #expect(after("e\u{301}", Key(.left)) == "|e\u{301}")
        #expect(after("👩‍👩‍👧x", Key(.left), Key(.left)) == "|👩‍👩‍👧x")
        #expect(after("abc", Key(.home), Key(.right)) == "a|bc")
        #expect(after("abc", .control("a"), .control("e")) == "abc|")
        #expect(after("one two", Key(.left, .control)) == "one |two")
        #expect(after("one two", Key(.home), Key(.right, .control)) == "one| two")
        #expect(after("", Key(.left), Key(.right), Key(.home), Key(.end)) == "|")
    }

    @Test func deletes() {
        #expect(after("日本🎉", Key(.backspace)) == "日本|")
        #expect(after("e\u{301}", Key(.backspace)) == "|")
        #expect(after("日本", Key(.home), Key(.delete)) == "|本")
        #expect(after("", Key(.backspace), Key(.delete), .control("w"), .control("u")) == "|")
        #expect(after("one two ", .control("w")) == "one |")
        #expect(after("one two", Key(.left), .control("u")) == "|o")
        #expect(after("one two", Key(.home), .control("k")) == "|")
    }

    @Test func inserts() {
        #expect(after("ac", Key(.left), .character("b")) == "ab|c")
        #expect(after("e", .character("\u{301}"), Key(.left)) == "|e\u{301}")
        var editor = LineEditor()
        editor.insert("two\nlines\u{1B}\t!")
        #expect(editor.text == "two lines !")
    }

    @Test func otherKeysMeanNothing() {
        var editor = LineEditor("a")
        for key in [Key(.up), Key(.enter), Key(.escape), .control("x"), Key(.function(1))] {
            let isHandled = editor.handle(key)
            #expect(!isHandled)
        }
        #expect(editor.text == "a")
    }
}
