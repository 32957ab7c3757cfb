extension QuickAdd {
    /// A word that was understood.
    public struct Piece: Sendable, Hashable {
        /// What a word can set.
        public enum Kind: String, Sendable, Hashable, CaseIterable {
            case due, priority, list, tag
        }

        public var kind: Kind
        /// As it was written.
        public var text: String
        /// Where it stands in the line, in bytes.
        public var utf8: Range<Int>
        /// Where it stands in the line, in UTF-16 code units.
        public var utf16: Range<Int>
    }

    /// A word that can't be right.
    public struct Fault: Sendable, Hashable, Error {
        /// What the word was to set.
        public var kind: Piece.Kind
        /// As it was written.
        public var text: String
        /// Where it stands in the line, in bytes.
        public var utf8: Range<Int>
        /// Where it stands in the line, in UTF-16 code units.
        public var utf16: Range<Int>
        /// For people: what is wrong and what would be right. Holds the word as it was written, cut where it is very long.
        public var message: String

        private init(_ kind: Piece.Kind, _ word: QuickAddWord, _ words: String) {
            self.kind = kind
            text = word.text
            utf8 = word.utf8
            utf16 = word.utf16
            let shown = Fault.brief(word.text)
            message = "\(shown) \(words); for plain text write \\\(shown)"
        }
    }
}

extension QuickAdd.Fault {
    typealias Kind = QuickAdd.Piece.Kind

    static func noDay(_ word: QuickAddWord) -> Self {
        Self(.due, word, "names no day: write due:fri, due:tomorrow, due:24.12., due:2026-12-24 or due:in-3-days")
    }

    static func noPriority(_ word: QuickAddWord) -> Self {
        Self(.priority, word, "is no priority: write p:high, p:medium, p:low or p:none")
    }

    static func noKey(_ word: QuickAddWord) -> Self {
        Self(.list, word, "is no list: the key of a list is a letter, then at most 9 letters or digits, like +HOME")
    }

    static func noList(_ word: QuickAddWord, key: String, lists: Set<String>) -> Self {
        let known = lists.union([QuickAdd.inbox]).sorted()
        let names = known.prefix(listsNamed).map { "+\($0)" }.joined(separator: ", ")
        return Self(.list, word, "is no list of yours: choose among \(names)\(known.count > listsNamed ? " …" : "")")
    }

    static func noTag(_ word: QuickAddWord, _ fault: Limits.Fault) -> Self {
        let rule = fault.type == "tag" ? fault.message : "a tag has at most \(Limits.tagLength.upperBound) characters"
        return Self(.tag, word, "is no tag: \(rule)")
    }

    static func oneTagTooMany(_ word: QuickAddWord) -> Self {
        Self(.tag, word, "is one tag too many: a task has at most \(Limits.tagCount.upperBound)")
    }

    static func apart(_ kind: Kind, _ word: QuickAddWord, _ next: QuickAddWord) -> Self {
        Self(kind, word, "is parted from its value: write \(brief(word.text + next.text))")
    }

    static func twice(_ kind: Kind, _ word: QuickAddWord, first: String) -> Self {
        let name = kind == .due ? "day" : kind.rawValue
        return Self(kind, word, "comes after \(brief(first)): a task has one \(name), so leave one of them out")
    }

    private static let listsNamed = 8

    /// Nobody reads a line of a thousand characters.
    private static func brief(_ text: String) -> String {
        let scalars = text.unicodeScalars
        return scalars.count <= 60 ? text : String(scalars.prefix(59)) + "…"
    }
}
