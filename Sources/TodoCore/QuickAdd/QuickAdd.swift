/// A task as one line: `Pay rent due:fri p:high +home @work`.
///
/// `docs/quick-add.md` describes the grammar; `frontend/js/quickadd.js` is the same for the page, held to the same vectors.
/// Reading never fails: a word that surely was meant and is wrong is among `faults`, and stays in the title, so that nothing
/// is lost where a caller shows it only.
public struct QuickAdd: Sendable, Hashable {
    /// The words that are no pieces, a space between two of them. May be empty: ``Limits/title(_:)`` judges it.
    public private(set) var title = ""
    /// From `due:`.
    public private(set) var dueOn: LocalDate?
    /// 0 to 3, from `p:` or exclamation marks; nil where nothing is said.
    public private(set) var priority: Int?
    /// A list's key in capitals, from `+key`; `INBOX` where the inbox is asked for, nil where nothing is said.
    public private(set) var list: String?
    /// Without their `@`, each once, in the order they came.
    public private(set) var tags: [String] = []
    /// Where in the text which pieces stand, in its order.
    public private(set) var understood: [Piece] = []
    /// What was meant but is wrong, in the order of the text. With any of them nothing should be added.
    public private(set) var faults: [Fault] = []

    /// The key that names the inbox.
    package static let inbox = "INBOX"

    private let today: LocalDate
    private let lists: Set<String>?
    /// The words that set what can be set once.
    private var firsts: [Piece.Kind: String] = [:]

    /// Reads the line.
    ///
    /// - Parameters:
    ///   - today: the day that it is where the user is.
    ///   - lists: the keys that there are, in capitals, so that another one is a fault; nil where they are not known.
    public init(_ text: String, today: LocalDate, lists: Set<String>? = nil) {
        self.today = today
        self.lists = lists
        let words = QuickAddWord.words(of: text)
        // The index of the last word that went into the title.
        var last: Int?
        for (index, word) in words.enumerated() {
            if take(word, next: index + 1 < words.count ? words[index + 1] : nil) { continue }
            if let last { title += last == index - 1 ? word.gap : " " }
            title += QuickAddWord.unescaped(word.text) ?? word.text
            last = index
        }
    }

    /// What was understood, as it is shown back: `due Fri 27 Nov, priority high, list HOME, tag @work`. Empty for nothing.
    public var summary: String {
        var parts: [String] = []
        if let dueOn { parts.append("due \(DayExpression.words(for: dueOn, today: today))") }
        if let priority { parts.append("priority \(QuickAdd.priorities[priority])") }
        if let list { parts.append("list \(list)") }
        return (parts + tags.map { "tag @\($0)" }).joined(separator: ", ")
    }

    /// The names of the priorities 0 to 3.
    package static let priorities = ["none", "low", "medium", "high"]

    /// Whether the word is a piece, so that the title goes without it.
    private mutating func take(_ word: QuickAddWord, next: QuickAddWord?) -> Bool {
        do throws(Fault) {
            guard let kind = try read(word, next: next) else { return false }
            understood.append(Piece(kind: kind, text: word.text, utf8: word.utf8, utf16: word.utf16))
            return true
        } catch {
            faults.append(error)
            return false
        }
    }

    /// Keeps what the word says; nil where it is plain text.
    private mutating func read(_ word: QuickAddWord, next: QuickAddWord?) throws(Fault) -> Piece.Kind? {
        switch QuickAddWord.form(of: word.text) {
        case .plain: return nil
        case .due(""):
            if let next, DayExpression.date(next.text, today: today) != nil { throw .apart(.due, word, next) }
            return nil
        case .priority(""):
            if let next, QuickAdd.priority(next.text) != nil { throw .apart(.priority, word, next) }
            return nil
        case .due(let text):
            guard let day = DayExpression.date(text, today: today) else { throw .noDay(word) }
            try once(.due, word)
            dueOn = day
            return .due
        case .priority(let text):
            guard let value = QuickAdd.priority(text) else { throw .noPriority(word) }
            return try take(priority: value, word)
        case .exclamationMarks(let count): return try take(priority: count, word)
        case .list(let text):
            guard let key = ListKey(text)?.text else { throw .noKey(word) }
            if let lists, key != QuickAdd.inbox, !lists.contains(key) { throw .noList(word, key: key, lists: lists) }
            try once(.list, word)
            list = key
            return .list
        case .tag(let text):
            let tag: String
            do throws(Limits.Fault) { tag = try Limits.tags([text])[0] } catch { throw .noTag(word, error) }
            if !tags.contains(tag) {
                if tags.count == Limits.tagCount.upperBound { throw .oneTagTooMany(word) }
                tags.append(tag)
            }
            return .tag
        }
    }

    private mutating func take(priority value: Int, _ word: QuickAddWord) throws(Fault) -> Piece.Kind {
        try once(.priority, word)
        priority = value
        return .priority
    }

    private mutating func once(_ kind: Piece.Kind, _ word: QuickAddWord) throws(Fault) {
        if let first = firsts[kind] { throw .twice(kind, word, first: first) }
        firsts[kind] = word.text
    }

    /// `high` or how it begins, or a number; in any case.
    private static func priority(_ text: String) -> Int? {
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        let word = text.lowercased()
        return priorities.firstIndex { $0.hasPrefix(word) }
            ?? Limits.priority.first { word == String($0) }
    }
}
