import Testing
import TodoCore

@Suite struct DisplayWidthTests {
    @Test(arguments: [
        ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("日本", 4), ("한글", 4), ("\u{1112}\u{1161}\u{11AB}", 2), ("ｶﾅ", 2),
        ("Ａ", 2),
        ("👍", 2), ("👍🏽", 2), ("👩‍👩‍👧", 2), ("🇩🇪", 2), ("❤️", 2), ("❤", 1), ("1️⃣", 2), ("☎", 1), ("⌚", 2), ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", 2), ("\u{200B}", 0),
        ("\u{AD}", 1), ("\u{7}", 0), ("\r\n", 0), ("नि", 2), ("…", 1), ("━", 1), ("\u{20000}", 2), ("\u{3000}", 2),
        ("a\u{200D}b", 2),
    ])
    func vectors(text: String, width: Int) {
        #expect(DisplayWidth.of(text) == width, "\(text)")
    }

    @Test func cuttingNeverSplitsAGrapheme() {
        #expect(DisplayWidth.prefix("日本語", fitting: 5) == "日本")
        #expect(DisplayWidth.prefix("a👩‍👩‍👧b", fitting: 2) == "a")
        #expect(DisplayWidth.prefix("abc", fitting: 0) == "")
        #expect(DisplayWidth.truncated("abcdef", to: 4) == "abc…")
        #expect(DisplayWidth.truncated("日本語", to: 4) == "日…")
        #expect(DisplayWidth.truncated("日本語", to: 6) == "日本語")
        #expect(DisplayWidth.truncated("abc", to: 0) == "")
        #expect(DisplayWidth.padded("日", to: 4) == "日  " && DisplayWidth.padded("abc", to: 2) == "abc")
    }
}
