/// A word of a line: what stands between white space.
package struct QuickAddWord: Sendable, Hashable {
    /// As it was written.
    package var text: String
    /// Where it stands, in bytes.
    package var utf8: Range<Int>
    /// Where it stands, in UTF-16 code units.
    package var utf16: Range<Int>
    /// What parts it from the word before, as the title keeps it: a single white space as it is (an ideographic or a no-break
    /// one too), one space for a run of them, a tab or a line break.
    package var gap: String

    /// What a word looks like; whether it is right is another question. It depends on nothing but the word, so that a word
    /// which needs a backslash today needs it always.
    package enum Form: Sendable, Hashable {
        case plain
        /// Without its `@`.
        case tag(String)
        /// Without its `+`.
        case list(String)
        /// What follows `due:`.
        case due(String)
        /// What follows `p:`.
        case priority(String)
        /// How many.
        case exclamationMarks(Int)
    }

    /// The words of the text, in its order. Scalars, not graphemes: a mark after a space doesn't hide the space.
    package static func words(of text: String) -> [QuickAddWord] {
        var words: [QuickAddWord] = []
        var (word, gap) = (String.UnicodeScalarView(), String.UnicodeScalarView())
        var (start8, start16, end8, end16) = (0, 0, 0, 0)
        func finish() {
            guard !word.isEmpty else { return }
            words.append(
                QuickAddWord(text: String(word), utf8: start8..<end8, utf16: start16..<end16, gap: kept(gap)))
            (word, gap) = (String.UnicodeScalarView(), String.UnicodeScalarView())
        }
        for scalar in text.unicodeScalars {
            if scalar.properties.isWhitespace {
                finish()
                gap.append(scalar)
            } else {
                if word.isEmpty { (start8, start16) = (end8, end16) }
                word.append(scalar)
            }
            end8 += UTF8.width(scalar)
            end16 += UTF16.width(scalar)
        }
        finish()
        return words
    }

    /// What the text looks like.
    package static func form(of text: String) -> Form {
        let scalars = text.unicodeScalars
        guard let first = scalars.first else { return .plain }
        let rest = scalars.dropFirst()
        switch first {
        case "@":
            guard let next = rest.first, (try? Limits.tags([String(next)])) != nil else { return .plain }
            return .tag(String(rest))
        case "+": return rest.first?.properties.isAlphabetic == true ? .list(String(rest)) : .plain
        case "!":
            let isMark = scalars.count <= Limits.priority.upperBound && scalars.allSatisfy { $0 == "!" }
            return isMark ? .exclamationMarks(scalars.count) : .plain
        default:
            if let value = value(of: "due:", in: text) { return .due(value) }
            if let value = value(of: "p:", in: text) { return .priority(value) }
            return .plain
        }
    }

    /// The text without the backslash before it, where there would be a piece without it; nil where there is no such
    /// backslash. Of several one goes, so that each of them can be meant.
    package static func unescaped(_ text: String) -> String? {
        guard text.utf8.first == 0x5C, needsBackslash(text) else { return nil }
        return String(text.unicodeScalars.dropFirst())
    }

    /// Whether a word of a title has to be written with one more backslash.
    package static func needsBackslash(_ text: String) -> Bool {
        form(of: String(text.unicodeScalars.drop { $0 == "\\" })) != .plain
    }

    private static func kept(_ gap: String.UnicodeScalarView) -> String {
        guard gap.count == 1, let scalar = gap.first, scalar.properties.generalCategory == .spaceSeparator else { return " " }
        return String(gap)
    }

    /// What follows the key, which may be written in any case.
    private static func value(of key: String, in text: String) -> String? {
        let bytes = text.utf8.prefix(key.utf8.count)
        guard bytes.elementsEqual(key.utf8, by: { $0 == $1 || (0x41...0x5A).contains($0) && $0 | 0x20 == $1 }) else { return nil }
        return String(text.unicodeScalars.dropFirst(key.utf8.count))
    }
}
