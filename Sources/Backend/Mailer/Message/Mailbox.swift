public import TodoCore

/// One sender or recipient: an address and, maybe, a name.
public struct Mailbox: Sendable, Hashable {
    /// Like `me@example.org`; holds no white space, control characters, quotes or angle brackets.
    public let address: String
    /// As people read it; nil where there is none.
    public let name: String?

    /// Refuses an address that ``TodoCore/Limits/email(_:)`` refuses. Control characters in the name become spaces.
    public init(address: String, name: String? = nil) throws(Limits.Fault) {
        self.address = try Limits.email(address)
        let plain = name.map(HeaderText.withoutControls)?.trimmed
        self.name = plain?.isEmpty == false ? plain : nil
    }

    /// Reads `me@example.org`, `Me <me@example.org>` or `"Me, myself" <me@example.org>`, as in `MAIL_FROM`.
    public init(parsing text: String) throws(Limits.Fault) {
        let text = text.trimmed
        guard text.last == ">", let open = text.lastIndex(of: "<") else {
            try self.init(address: text)
            return
        }
        var name = String(text[..<open]).trimmed
        if name.count >= 2, name.first == "\"", name.last == "\"" {
            var isEscaped = false
            name = String(
                name.dropFirst().dropLast().filter { character in
                    isEscaped = character == "\\" && !isEscaped
                    return !isEscaped
                })
        }
        try self.init(address: String(text[text.index(after: open)...].dropLast()), name: name)
    }

    /// What stands after the `@`.
    public var domain: String { String(address[address.index(after: address.lastIndex(of: "@") ?? address.startIndex)...]) }
}

extension String {
    /// Without white space at both ends.
    fileprivate var trimmed: String {
        let tail = drop { $0.isWhitespace }
        guard let last = tail.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(tail[...last])
    }
}
