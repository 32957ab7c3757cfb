import Digest
import FoundationEssentials
import Testing
import TodoCore

@Suite struct DigestRendererTests {
    private func content(
        _ titles: [String], done: Int = 1, undone: Int? = nil, unsubscribe: String? = nil
    ) throws -> DigestContent {
        let undone = undone ?? titles.count
        return DigestContent(
            recipient: "me@example.org", date: try #require(LocalDate("2026-11-21")),
            stats: .init(total: done + undone, done: done, undone: undone), undoneTitles: titles,
            publicURL: "https://todo.example.org", unsubscribeURL: unsubscribe)
    }

    private func render(
        _ titles: [String], done: Int = 1, undone: Int? = nil, unsubscribe: String? = nil
    ) throws -> RenderedDigest {
        try DigestRenderer().render(content(titles, done: done, undone: undone, unsubscribe: unsubscribe))
    }

    @Test func wholeText() throws {
        let digest = try render(["Buy milk", "Write to Ana"], done: 3, unsubscribe: "https://todo.example.org/u/1")
        #expect(digest.subject == "2 open, 3 done: your tasks for 21 Nov 2026")
        #expect(
            digest.text == """
                2 tasks are open
                Saturday, 21 November 2026: 2 open, 3 done, 5 tasks in all

                1. Buy milk
                2. Write to Ana

                Open your tasks: https://todo.example.org

                --\u{20}
                This is the daily digest of me@example.org.
                Stop these mails: https://todo.example.org/u/1

                """)
    }

    @Test func singularAndNothingOpen() throws {
        let one = try render(["Only"], done: 0)
        #expect(one.subject == "1 open, 0 done: your task for 21 Nov 2026")
        #expect(one.text.hasPrefix("1 task is open\nSaturday, 21 November 2026: 1 open, 0 done, 1 task in all\n"))
        let none = try render([], done: 2)
        #expect(
            none.text == """
                Nothing is open. Well done!
                Saturday, 21 November 2026: 0 open, 2 done, 2 tasks in all

                Open your tasks: https://todo.example.org

                --\u{20}
                This is the daily digest of me@example.org.

                """)
        #expect(!none.html.contains("Stop these mails"))
        #expect(none.html.contains("Nothing is open."))
    }

    @Test func showsFiftyAndCountsTheRest() throws {
        let digest = try render((1...60).map { "Task number \($0)" }, undone: 182)
        #expect(digest.text.contains("50. Task number 50\nand 132 more\n\nOpen your tasks"))
        #expect(!digest.text.contains("Task number 51"))
        #expect(digest.html.contains("Task number 50"))
        #expect(!digest.html.contains("Task number 51"))
        #expect(digest.html.contains("and 132 more"))
        #expect(try !render((1...50).map { "T\($0)" }).text.contains("more"))
    }

    @Test func titlesStandInOrder() throws {
        let digest = try render(["zebra", "pear", "mango"])
        for form in [digest.text, digest.html] {
            let places = try ["zebra", "pear", "mango"].map { try #require(form.firstRange(of: $0)).lowerBound }
            #expect(places == places.sorted())
        }
    }

    @Test(arguments: [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("a & b \"c\" 'd'", "a &amp; b &quot;c&quot; &#39;d&#39;"),
        ("<\u{301}img src=x>\u{200D}", "&lt;\u{301}img src=x&gt;\u{200D}"),
        ("{{recipient}} {{{x}}}", "{{recipient}} {{{x}}}"),
        ("👩‍👩‍👧 שלום 日本", "👩‍👩‍👧 שלום 日本"),
        ("one\ntwo\r\nthree\u{2028}four\u{0}", "one two  three four "),
    ])
    func escapes(title: String, expected: String) throws {
        let digest = try render([title])
        // Scalar by scalar: the comparison of strings would take equal characters of other scalars for the same.
        #expect(digest.html.unicodeScalars.map(\.value).contains(expected.unicodeScalars.map(\.value)))
        #expect(!digest.html.unicodeScalars.map(\.value).contains("<script".unicodeScalars.map(\.value)))
        #expect(!digest.html.unicodeScalars.map(\.value).contains("<\u{301}".unicodeScalars.map(\.value)))
    }

    @Test func linksAndRecipientAreEscapedToo() throws {
        var content = try content(["a"], unsubscribe: "https://x.example/?a=1&b=\"><b>")
        content.recipient = "<i>\"me\"</i>"
        let html = try DigestRenderer().render(content).html
        #expect(html.contains("href=\"https://x.example/?a=1&amp;b=&quot;&gt;&lt;b&gt;\""))
        #expect(html.contains("digest of &lt;i&gt;&quot;me&quot;&lt;/i&gt;."))
    }

    @Test func htmlLoadsNothing() throws {
        let html = try render(["a"]).html
        for word in ["src=", "url(", "@import", "<link", "<script"] { #expect(!html.contains(word)) }
        #expect(html.hasPrefix("<!DOCTYPE html>"))
        #expect(html.contains("prefers-color-scheme: dark"))
    }

    @Test func referencesAndDueDays() throws {
        var content = try content([], undone: 3)
        content.items = [
            .init(title: "Late", reference: "12", dueOn: LocalDate("2025-12-31")),
            .init(title: "Now", reference: "WEB-3", dueOn: LocalDate("2026-11-21")),
            .init(title: "Then", dueOn: LocalDate("2026-11-30")),
        ]
        let digest = try DigestRenderer().render(content)
        #expect(
            digest.text.contains("\n12 Late (overdue since 31 Dec 2025)\nWEB-3 Now (due today)\n3. Then (due 30 Nov)\n\n"))
        #expect(digest.html.contains(">WEB-3<") && digest.html.contains("due today"))
    }

    @Test func textIsFoldedAt78Columns() throws {
        let url = "https://example.org/" + String(repeating: "x", count: 90)
        let digest = try render([
            String(repeating: "word ", count: 60), String(repeating: "漢字", count: 100), "see \(url) now",
            String(repeating: "👍🏽", count: 100),
        ])
        for line in digest.text.split(separator: "\n") where !line.contains(url) {
            let columns = line.reduce(0) { $0 + ($1.unicodeScalars.first.map { $0.value >= 0x2E80 } == true ? 2 : 1) }
            #expect(columns <= 78)
        }
        #expect(digest.text.contains(url))
        #expect(digest.text.contains("word\n   word"))
    }
}

extension [UInt32] {
    fileprivate func contains(_ part: [UInt32]) -> Bool {
        guard count >= part.count else { return false }
        return (0...(count - part.count)).contains { self[$0..<($0 + part.count)].elementsEqual(part) }
    }
}
