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

    /// Two overdue, one due today, two open, two done.
    private func full() throws -> DigestContent {
        func item(_ reference: String, _ title: String, _ due: String? = nil, _ priority: Int = 0) -> DailyDigest.Item {
            .init(reference: reference, title: title, dueOn: due.flatMap { LocalDate($0) }, priority: priority)
        }
        let digest = DailyDigest(
            date: try #require(LocalDate("2026-11-21")), timeZone: "Europe/Berlin",
            overdue: [
                item("12", "Renew the certificate", "2025-12-31"), item("WEB-12", "Answer Ana", "2026-11-19", 3),
            ],
            dueToday: [item("WEB-3", "Buy milk", "2026-11-21", 1)],
            open: [item("7", "Plan the journey", "2026-11-30", 2), item("8", "Read")],
            done: [item("5", "Call the bank"), item("WEB-2", "Deploy", "2026-11-20")], more: 132,
            counts: .init(overdue: 2, dueToday: 1, open: 134, done: 2))
        return DigestContent(
            recipient: "me@example.org", stats: .init(total: 200, done: 63, undone: 137), digest: digest,
            publicURL: "https://todo.example.org", unsubscribeURL: "https://todo.example.org/unsubscribe?token=x")
    }

    @Test func wholeText() throws {
        let digest = try DigestRenderer().render(full())
        #expect(digest.subject == "1 due today, 2 overdue")
        #expect(
            digest.text == """
                1 due today, 2 overdue
                Saturday, 21 November 2026: 137 open, 63 done, 200 tasks in all

                Overdue
                12 Renew the certificate
                   todo done 12   due 31 Dec 2025
                WEB-12 Answer Ana
                       todo done WEB-12   due 19 Nov, high priority

                Due today
                WEB-3 Buy milk
                      todo done WEB-3   low priority

                Open
                7 Plan the journey
                  todo done 7   due 30 Nov, medium priority
                8 Read
                  todo done 8
                and 132 more

                Done since yesterday
                5 Call the bank
                WEB-2 Deploy

                Open your tasks: https://todo.example.org

                --\u{20}
                This is the daily digest of me@example.org.
                Stop these mails: https://todo.example.org/unsubscribe?token=x

                """)
        for part in [
            ">Overdue</h2>", ">Due today</h2>", ">Open</h2>", ">Done since yesterday</h2>", "<bdi>Answer Ana</bdi>",
            ">todo done WEB-12</code>", "due 19 Nov, high priority", "and 132 more",
        ] { #expect(digest.html.contains(part), "\(part)") }
        #expect(!digest.html.contains("todo done WEB-2<"), "what is done needs no command")
    }

    /// What a person reads first, in ASCII and in one line.
    @Test(
        arguments: [
            (3, 1, 20, "3 due today, 1 overdue"), (3, 0, 20, "3 due today"), (0, 70, 70, "70 overdue"),
            (0, 0, 4, "4 open, nothing due today"), (0, 0, 0, "Nothing is open"),
        ] as [(Int, Int, Int, String)])
    func subjects(dueToday: Int, overdue: Int, undone: Int, subject: String) throws {
        var content = try full()
        content.stats = .init(total: undone + 5, done: 5, undone: undone)
        content.counts = .init(overdue: overdue, dueToday: dueToday, open: undone - dueToday - overdue, done: 2)
        #expect(DigestRenderer.subject(of: content) == subject)
        #expect(try DigestRenderer().render(content).subject == subject)
    }

    @Test func titlesAlone() throws {
        let digest = try render(["Buy milk", "Write to Ana"], done: 3)
        #expect(digest.subject == "2 open, 3 done")
        #expect(
            digest.text == """
                2 tasks are open
                Saturday, 21 November 2026: 2 open, 3 done, 5 tasks in all

                Open
                1. Buy milk
                2. Write to Ana

                Open your tasks: https://todo.example.org

                --\u{20}
                This is the daily digest of me@example.org.

                """)
        #expect(try render([], undone: 7).text.contains("\n\nOpen\n7 not shown here\n\n"))
    }

    @Test func singularAndNothingOpen() throws {
        let one = try render(["Only"], done: 0)
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
        ("👩‍👩‍👧 שלום 日本", "👩‍👩‍👧 שלום 日本"), ("\u{1B}[31mred\u{7}", " [31mred "),
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

    @Test func manyDoneAreCounted() throws {
        var content = try full()
        content.counts?.done = 60
        #expect(try DigestRenderer().render(content).text.contains("WEB-2 Deploy\nand 58 more\n\nOpen your tasks"))
    }

    /// People paste the command into a shell, and an event may come from anywhere.
    @Test(arguments: ["1; rm -rf ~", "$(x)", "WEB-0", "--help", "12\ntodo rm 1"])
    func onlyAReferenceMakesACommand(reference: String) throws {
        var content = try full()
        content.overdue[0].reference = reference
        let digest = try DigestRenderer().render(content)
        for form in [digest.text, digest.html] {
            #expect(form.components(separatedBy: "todo done ").count == 5)
            #expect(!form.contains("\ntodo rm"))
        }
    }

    /// No title may turn the direction of what stands around it: it ends each isolate that it begins, and no other.
    @Test(
        arguments: [
            ("שלום", "\u{2068}שלום\u{2069}"), ("a\u{202E}b", "\u{2068}a\u{202E}b\u{2069}"),
            ("a\u{2069}\u{2069}\u{202E}b", "\u{2068}a\u{202E}b\u{2069}"),
            ("\u{2067}a\u{2066}b", "\u{2068}\u{2067}a\u{2066}b\u{2069}\u{2069}\u{2069}"),
            ("\u{2067}ا\u{2069} b", "\u{2068}\u{2067}ا\u{2069} b\u{2069}"),
            ("plain, größe 日本 🎉", "plain, größe 日本 🎉"),
        ])
    func titlesKeepTheirDirection(title: String, expected: String) throws {
        let digest = try render([title, "next"])
        let lines = digest.text.split(separator: "\n").map { Array($0.unicodeScalars) }
        #expect(lines.contains(Array("1. \(expected)".unicodeScalars)))
        let inner = expected.hasPrefix("\u{2068}") ? String(expected.unicodeScalars.dropFirst().dropLast()) : expected
        #expect(digest.html.unicodeScalars.map(\.value).contains("<bdi>\(inner)</bdi>".unicodeScalars.map(\.value)))
    }

    @Test func eachLineOfALongTitleKeepsItsDirection() throws {
        let digest = try render([String(repeating: "\u{2067}שלום עולם\u{2069} ", count: 30)])
        let lines = digest.text.split(separator: "\n").filter { $0.contains("שלום") }
        #expect(lines.count > 2)
        for line in lines {
            var depth = 0
            for scalar in line.unicodeScalars where (0x2066...0x2069).contains(scalar.value) {
                depth += scalar == "\u{2069}" ? -1 : 1
                #expect(depth >= 0)
            }
            #expect(depth == 0 && line.unicodeScalars.drop { !(0x2066...0x2069).contains($0.value) }.first == "\u{2068}")
        }
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
