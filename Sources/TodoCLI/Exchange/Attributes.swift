/// What a task of another program has and ours has not, as the last lines of its notes: `wait:20261130T000000Z`, one each.
/// An export to the same format makes attributes of them again.
package struct Attributes: Sendable, Hashable {
    package struct Attribute: Sendable, Hashable {
        package var key: String
        /// Without line breaks.
        package var value: String

        package init(_ key: String, _ value: String) {
            self.key = key
            self.value =
                value.contains(where: \.isNewline) ? value.split(whereSeparator: \.isNewline).joined(separator: " ") : value
        }
    }

    package var all: [Attribute]

    package init(_ all: [Attribute] = []) { self.all = all }

    package subscript(_ key: String) -> String? { all.first { $0.key == key }?.value }

    /// The notes with these below.
    package func appended(to notes: String) -> String {
        let lines = all.map { "\($0.key):\($0.value)" }.joined(separator: "\n")
        return notes.isEmpty || lines.isEmpty ? notes + lines : notes + "\n" + lines
    }

    /// Takes from the end of notes the lines that are attributes.
    /// - Parameter isKnown: Whether a line is one: key and value.
    package static func split(
        _ notes: String, isKnown: (_ key: String, _ value: String) -> Bool
    ) -> (notes: String, attributes: Attributes) {
        guard !notes.isEmpty else { return (notes, Attributes()) }
        // By bytes: to characters, a CR and the LF after it are one.
        var rest = notes.utf8[...]
        var found: [Attribute] = []
        while !rest.isEmpty {
            let lineBreak = rest.lastIndex(of: 0x0A)
            let line = lineBreak.map { rest[rest.index(after: $0)...] } ?? rest
            guard let attribute = attribute(Substring(line)), isKnown(attribute.key, attribute.value) else { break }
            found.append(attribute)
            rest = rest[..<(lineBreak ?? rest.startIndex)]
        }
        return found.isEmpty ? (notes, Attributes()) : (String(Substring(rest)), Attributes(found.reversed()))
    }

    /// `key:value`, where the key is a word and the value begins at once.
    private static func attribute(_ line: Substring) -> Attribute? {
        guard let colon = line.firstIndex(of: ":") else { return nil }
        let key = line[..<colon]
        let value = line[line.index(after: colon)...]
        guard let first = key.utf8.first, isLetter(first), key.utf8.allSatisfy({ isWordByte($0) }),
            let start = value.unicodeScalars.first, !start.properties.isWhitespace
        else { return nil }
        return Attribute(String(key), String(value))
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        isLetter(byte) || (0x30...0x39).contains(byte) || "_-.".utf8.contains(byte) || byte >= 0x80
    }
}
