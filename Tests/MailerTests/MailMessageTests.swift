import FoundationEssentials
import Mailer
import Testing
import TodoCore

@Suite struct MailMessageTests {
    private func message(
        subject: String = "1 open, 1 done", text: String = "Hello\n", html: String = "<p>Hello</p>\n",
        from: String = "Todo <todo@example.org>", unsubscribe: String? = nil
    ) throws -> MailMessage {
        MailMessage(
            id: try #require(UUID(uuidString: "019aa000-0000-7000-8000-00000000000a")), from: try Mailbox(parsing: from),
            to: try Mailbox(address: "me@example.com"), subject: subject,
            date: try #require(Timestamp.date("2026-11-21T11:47:09Z")),
            text: text, html: html, unsubscribeURL: unsubscribe)
    }

    @Test func wholeMessage() throws {
        let bytes = try message(unsubscribe: "https://todo.example.org/u/abc").bytes
        let expected = """
            From: Todo <todo@example.org>
            To: me@example.com
            Subject: 1 open, 1 done
            Date: Sat, 21 Nov 2026 11:47:09 +0000
            Message-ID: <019aa000-0000-7000-8000-00000000000a@example.org>
            Auto-Submitted: auto-generated
            List-Unsubscribe: <https://todo.example.org/u/abc>
            List-Unsubscribe-Post: List-Unsubscribe=One-Click
            MIME-Version: 1.0
            Content-Type: multipart/alternative;
             boundary="=_019aa000-0000-7000-8000-00000000000a"

            --=_019aa000-0000-7000-8000-00000000000a
            Content-Type: text/plain; charset=utf-8
            Content-Transfer-Encoding: 7bit

            Hello

            --=_019aa000-0000-7000-8000-00000000000a
            Content-Type: text/html; charset=utf-8
            Content-Transfer-Encoding: 7bit

            <p>Hello</p>

            --=_019aa000-0000-7000-8000-00000000000a--

            """
        #expect(String(decoding: bytes, as: UTF8.self) == expected.replacing("\n", with: "\r\n"))
    }

    /// What Python's `email` package, at its strictest, reads from our bytes must be what went in.
    @Test func pythonReadsWhatWasWritten() throws {
        let nasty = [
            "plain", "👩‍👩‍👧‍👦 family", "שלום עולם \u{202E}rtl", "a\r\nBcc: evil@example.org\r\n\r\nbody", "=?UTF-8?B?YQ==?= =",
            String(repeating: "long ", count: 100), String(repeating: "ü", count: 500), String(repeating: "x", count: 500),
            "\u{0}\u{1}\u{7F}\u{85}\u{2028}", "", "  two  spaces  ", "\"quoted\" \\ <a@b.c>, (comment)", "日本語のとても長い件名です" + "。",
        ]
        let bodies = [
            "plain\n", ".\n..\n.leading dot\nFrom me\n>From you\n", "=\n==\n=3D\n= \n", "tab\t\nspace \n\n\n", "a\r\nb\rc\nd",
            String(repeating: "ü", count: 500) + "\n", String(repeating: "=", count: 500) + "\n",
            String(repeating: ".", count: 300) + "\n", String(repeating: "x", count: 75) + "=\n", "",
            "--=_019aa000-0000-7000-8000-00000000000a--\n", "🏳️‍🌈\u{301}\u{FEFF}\n", String(repeating: "y", count: 2000) + " \n",
        ]
        var messages: [MailMessage] = []
        for (subject, body) in zip(nasty, bodies) {
            var message = try message(
                subject: subject, text: body, html: "<p>" + body, unsubscribe: "https://x.example/ü\r\nX: y>")
            message.from = try Mailbox(address: "todo@example.org", name: subject)
            messages.append(message)
        }
        guard let answers = try EmailParser.parse(messages.map(\.bytes)) else { return }
        for (message, answer) in zip(messages, answers) {
            let subject = plain(message.subject)
            #expect(answer.defects == [], "\(subject)")
            #expect(answer.subject.unicodeScalars.elementsEqual(subject.unicodeScalars), "\(subject) \(answer.subject)")
            // Python 3.12 and older put spaces between the encoded words of a name (RFC 2047, 6.2 has none).
            #expect(answer.fromName.replacing(" ", with: "") == (message.from.name ?? "").replacing(" ", with: ""))
            #expect(answer.fromAddress == "todo@example.org")
            #expect(answer.text.unicodeScalars.elementsEqual(lines(message.text).unicodeScalars))
            #expect(answer.html.unicodeScalars.elementsEqual(lines(message.html).unicodeScalars))
            #expect(
                answer.headers == [
                    "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "List-Unsubscribe", "List-Unsubscribe-Post",
                    "MIME-Version", "Content-Type",
                ])
            #expect(answer.parts == ["text/plain", "text/html"])
            #expect(answer.date == "2026-11-21T11:47:09+00:00")
        }
    }

    @Test func everyLineIsShortAsciiAndEndsWithCRLF() throws {
        let title = String(repeating: "日本語 long wörds ", count: 40)
        let bytes = try message(
            subject: title, text: title, html: title, from: "\(title) <todo@example.org>", unsubscribe: "https://x.example/a"
        ).bytes
        #expect(bytes.allSatisfy { $0 < 0x80 })
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(!text.replacing("\r\n", with: "").utf8.contains { $0 == 0x0D || $0 == 0x0A })
        #expect(text.hasSuffix("\r\n"))
        for line in text.split(separator: "\r\n", omittingEmptySubsequences: false) { #expect(line.utf8.count <= 78) }
    }

    /// A server on the way may cut off spaces at the end of a line, and the signature (DKIM) would not fit any more.
    @Test func noLineEndsWithASpace() throws {
        for body in ["-- \nme\n", "x\t\n", " \n", "\u{FC} \n", String(repeating: "word ", count: 50) + "\n"] {
            let text = String(decoding: try message(subject: "a  b ", text: body, html: body).bytes, as: UTF8.self)
            for line in text.split(separator: "\r\n") { #expect(line.last != " " && line.last != "\t", "\(line)") }
        }
    }

    @Test func noValueAddsAHeader() throws {
        let evil = "x\r\nBcc: evil@example.org\r\n\r\n"
        let text = String(
            decoding: try message(subject: evil, unsubscribe: "https://x/\(evil)>, <mailto:a@b>").bytes, as: UTF8.self)
        let head = try #require(text.split(separator: "\r\n\r\n").first)
        #expect(!head.split(separator: "\r\n").contains { $0.hasPrefix("Bcc") })
        #expect(
            head.contains("List-Unsubscribe: <https://x/x%0D%0ABcc:%20evil@example.org%0D%0A%0D%0A%3E,%20%3Cmailto:a@b%3E>\r\n"))
        #expect(throws: Limits.Fault.self) { try Mailbox(address: "a@b.c\r\nBcc: d@e.f") }
        #expect(throws: Limits.Fault.self) { try Mailbox(address: "a@b.c>, <d@e.f") }
        #expect(try Mailbox(address: "a@b.c", name: evil).name == "x  Bcc: evil@example.org")
    }

    @Test func aLinkThatFitsNoLineIsLeftOut() throws {
        let text = String(
            decoding: try message(unsubscribe: "https://x/" + String(repeating: "é", count: 400)).bytes, as: UTF8.self)
        #expect(!text.contains("List-Unsubscribe"))
    }

    @Test(
        arguments: [
            ("a@b.c", "a@b.c", nil), (" Todo <a@b.c> ", "a@b.c", "Todo"),
            ("\"Me, \\\"I\\\" \\\\\" <a@b.c>", "a@b.c", #"Me, "I" \"#),
            ("<a@b.c>", "a@b.c", nil), ("Ünï <a@b.c>", "a@b.c", "Ünï"),
        ] as [(String, String, String?)])
    func mailboxes(text: String, address: String, name: String?) throws {
        let mailbox = try Mailbox(parsing: text)
        #expect(mailbox.address == address && mailbox.name == name)
    }

    @Test(arguments: ["", "a", "a@", "<>", "Todo <>", "a@b.c <", "a b@c.d"])
    func wrongMailboxes(text: String) {
        #expect(throws: Limits.Fault.self) { try Mailbox(parsing: text) }
    }

    private func plain(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.properties.generalCategory == .control || $0 == "\u{2028}" ? " " : $0 }))
    }

    /// As a reader gets it: LF, and each line ended.
    private func lines(_ text: String) -> String {
        let text = text.replacing("\r\n", with: "\n").replacing("\r", with: "\n")
        return text.isEmpty || text.hasSuffix("\n") ? text : text + "\n"
    }
}
