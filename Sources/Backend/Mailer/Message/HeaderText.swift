import FoundationEssentials

/// Header fields on the wire: RFC 5322 folding, and RFC 2047 encoded words for what is not ASCII.
enum HeaderText {
    /// Lines should be at most this long without their CRLF (RFC 5322, 2.1.1).
    static let lineLength = 78

    /// `Name: text`, folded, with CRLF.
    static func unstructured(_ name: String, _ text: String) -> String {
        let text = withoutControls(text)
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        // "=?" would be read as an encoded word, an empty word would fold to a line of white space only, and a long one
        // can't be folded: all three are safe as encoded words.
        let isPlain = text.utf8.allSatisfy { $0 < 0x80 } && !text.contains("=?")
        guard isPlain, words.allSatisfy({ (1...60).contains($0.utf8.count) }) else {
            return "\(name): \(encodedWords(text, after: name.utf8.count + 2))\r\n"
        }
        var field = "\(name):", column = field.utf8.count
        for word in words {
            if column + 1 + word.utf8.count > lineLength {
                field += "\r\n"
                column = 0
            }
            field += " " + word
            column += 1 + word.utf8.count
        }
        return field + "\r\n"
    }

    /// `Name: Display <address>`, folded, with CRLF. An address that isn't ASCII stands as it is (RFC 6532).
    static func address(_ field: String, _ mailbox: Mailbox) -> String {
        guard let name = mailbox.name else { return "\(field): \(mailbox.address)\r\n" }
        let phrase = phrase(name, after: field.utf8.count + 2)
        let lastLine = phrase.contains("\r\n") ? 0 : field.utf8.count + 2
        let width = lastLine + (phrase.components(separatedBy: "\r\n").last ?? "").utf8.count + mailbox.address.utf8.count + 3
        return "\(field): \(phrase)\(width > lineLength ? "\r\n" : "") <\(mailbox.address)>\r\n"
    }

    /// Control characters (Cc and the two line separators) as spaces: no value can end its line.
    static func withoutControls(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let isControl = scalar.properties.generalCategory == .control || scalar == "\u{2028}" || scalar == "\u{2029}"
            result.append(isControl ? " " : scalar)
        }
        return String(result)
    }

    /// A display name: as it is, quoted, or encoded.
    private static func phrase(_ name: String, after column: Int) -> String {
        guard name.utf8.count <= 60, name.utf8.allSatisfy({ $0 < 0x80 }), !name.contains("=?") else {
            return encodedWords(name, after: column)
        }
        let isAtoms = name.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x5A).contains($0 & 0xDF) || "!#$%&'*+-/=?^_`{|}~ ".utf8.contains($0)
        }
        if isAtoms, !name.contains("  ") { return name }
        return "\"" + name.replacing(#"\"#, with: #"\\"#).replacing("\"", with: #"\""#) + "\""
    }

    /// Words of at most 75 characters, each of whole scalars, one a line.
    private static func encodedWords(_ text: String, after column: Int) -> String {
        var words: [String] = [], chunk: [UInt8] = []
        func room() -> Int { (min(75, lineLength - (words.isEmpty ? column : 1)) - 12) / 4 * 3 }
        func close() {
            words.append("=?UTF-8?B?" + Data(chunk).base64EncodedString() + "?=")
            chunk = []
        }
        for scalar in text.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            if chunk.count + bytes.count > room() { close() }
            chunk += bytes
        }
        if !chunk.isEmpty || words.isEmpty { close() }
        return words.joined(separator: "\r\n ")
    }
}
