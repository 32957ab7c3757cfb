internal import TodoCore

/// Text as a terminal may show it: who wrote it must not be able to move the cursor, change the window's
/// title or turn the reading direction.
public enum Text {
    /// What stands for a character that must not reach the terminal.
    public static let replacement: Character = "\u{FFFD}"

    /// The character, or ``replacement`` for one with a control character or a direction override in it.
    public static func shown(_ character: Character) -> Character {
        character.unicodeScalars.allSatisfy(isHarmless) ? character : replacement
    }

    private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.value < 0x7F { return scalar.value >= 0x20 }
        switch scalar.value {
        // Bidirectional marks, embeddings, overrides and isolates (UAX #9), which could reorder a whole line.
        case 0x061C, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069: return false
        default: break
        }
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: return false
        default: return true
        }
    }

    /// Whether each byte of the text is a character that takes one column: most text is so, and quick to draw.
    static func isPlain(_ text: some StringProtocol) -> Bool { text.utf8.allSatisfy { (0x20..<0x7F).contains($0) } }

    /// How many columns the text takes once it is made harmless.
    public static func width(_ text: some StringProtocol) -> Int {
        if isPlain(text) { return text.utf8.count }
        return text.reduce(0) { $0 + width(shown($1)) }
    }

    /// Columns of one character: 0, 1, 2, or more in scripts that join letters.
    public static func width(_ character: Character) -> Int { DisplayWidth.of(character) }

    /// The text, cut to `columns` with `…` at its end where it is longer.
    public static func fitted(_ text: String, to columns: Int) -> String {
        if isPlain(text) {
            let bytes = text.utf8
            return bytes.count <= columns
                ? text : columns > 0 ? String(text[..<bytes.index(bytes.startIndex, offsetBy: columns - 1)]) + "…" : ""
        }
        if width(text) <= columns { return text }
        var result = "", used = 0
        for character in text {
            let width = width(shown(character))
            if used + width > columns - 1 { break }
            result.append(character)
            used += width
        }
        return columns > 0 ? result + "…" : ""
    }

    /// Lines of at most `columns`, broken between words where that can be. `columns` is at least 1.
    public static func wrapped(_ text: String, to columns: Int) -> [String] {
        var lines: [String] = [], line = "", used = 0
        func cut() {
            lines.append(line)
            (line, used) = ("", 0)
        }
        for word in text.split(whereSeparator: \.isWhitespace) {
            let width = width(word)
            if used > 0, used + 1 + width > columns { cut() }
            if used > 0 { (line, used) = (line + " ", used + 1) }
            for character in word {
                let width = Self.width(shown(character))
                if used + width > columns, used > 0 { cut() }
                line.append(character)
                used += width
            }
        }
        if used > 0 || lines.isEmpty { cut() }
        return lines
    }
}
