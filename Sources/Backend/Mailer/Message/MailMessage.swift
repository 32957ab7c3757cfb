public import FoundationEssentials
import TodoCore

/// A mail that a program sends: one recipient, text and HTML of the same content.
///
/// `bytes` is RFC 5322 with MIME (RFC 2045–2047): CRLF lines of at most 998 bytes, ASCII but for addresses that aren't.
/// The same message has the same bytes. No value can add a header or end one.
public struct MailMessage: Sendable, Hashable {
    /// Names the message: `Message-ID` and the boundary come from it.
    public var id: UUID
    public var from: Mailbox
    public var to: Mailbox
    public var subject: String
    /// When it was written; whole seconds count.
    public var date: Date
    public var text: String
    public var html: String
    /// A link that stops these mails by one POST (RFC 8058); nil where there is none.
    public var unsubscribeURL: String?

    public init(
        id: UUID, from: Mailbox, to: Mailbox, subject: String, date: Date, text: String, html: String,
        unsubscribeURL: String? = nil
    ) {
        self.id = id
        self.from = from
        self.to = to
        self.subject = subject
        self.date = date
        self.text = text
        self.html = html
        self.unsubscribeURL = unsubscribeURL
    }

    /// The whole message as SMTP's DATA takes it, without dot-stuffing.
    public var bytes: [UInt8] {
        // "=_" can't be in quoted-printable, and a 7bit part has no line that starts so.
        let boundary = "=_\(id.lowercase)"
        var headers = HeaderText.address("From", from)
        headers += HeaderText.address("To", to)
        headers += HeaderText.unstructured("Subject", subject)
        headers += "Date: \(MailDate.text(date))\r\n"
        headers += "Message-ID: <\(id.lowercase)@\(from.domain)>\r\n"
        headers += "Auto-Submitted: auto-generated\r\n"
        if let link = unsubscribeURL.flatMap(Self.headerLink) {
            headers += "List-Unsubscribe: <\(link)>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
        }
        headers += "MIME-Version: 1.0\r\nContent-Type: multipart/alternative;\r\n boundary=\"\(boundary)\"\r\n\r\n"
        var bytes = Array(headers.utf8)
        // The best form comes last (RFC 2046, 5.1.4).
        for (type, content) in [("plain", text), ("html", html)] {
            let body = BodyEncoding.encode(content)
            let head =
                "--\(boundary)\r\nContent-Type: text/\(type); charset=utf-8\r\nContent-Transfer-Encoding: \(body.name)\r\n\r\n"
            bytes += Array(head.utf8)
            // The line end before a boundary is the boundary's own.
            bytes += body.bytes + [0x0D, 0x0A]
        }
        return bytes + Array("--\(boundary)--\r\n".utf8)
    }

    /// With all that a URI may not hold percent-encoded; nil where it doesn't fit in a line.
    private static func headerLink(_ url: String) -> String? {
        var link = ""
        for byte in url.utf8 {
            let isGood = (0x21...0x7E).contains(byte) && !"<>\"\\^`{|}".utf8.contains(byte)
            link +=
                isGood ? String(UnicodeScalar(byte)) : "%" + String(UInt16(byte) + 256, radix: 16, uppercase: true).dropFirst()
        }
        return link.utf8.count <= 900 ? link : nil
    }
}

/// Instants as mail writes them: `Sat, 21 Nov 2026 11:47:00 +0000`.
enum MailDate {
    static func text(_ date: Date) -> String {
        // Held within the years that the format and the calendar have.
        let seconds = Int(min(max(date.timeIntervalSince1970, 0), 253_402_300_799).rounded(.down))
        guard let day = LocalDate(daysSince1970: seconds / 86_400) else { return "Thu, 1 Jan 1970 00:00:00 +0000" }
        let weekday = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][day.weekday]
        let month = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][day.month - 1]
        let clock = [seconds / 3600 % 24, seconds / 60 % 60, seconds % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
        return "\(weekday), \(day.day) \(month) \(day.year) \(clock.joined(separator: ":")) +0000"
    }
}
