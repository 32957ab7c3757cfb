public import FoundationEssentials

/// What may stand where the API has `{id}`: a task's UUID, or the reference that people type.
public enum TaskReference: Sendable, Hashable {
    case id(UUID)
    /// `list` is the list's key in capitals; nil for the inbox.
    case number(list: String?, number: Int)

    /// Reads `12`, `WEB-12` (the key in any case) or a UUID; nil for anything else.
    public init?(_ text: some StringProtocol) {
        if let number = TaskReference.number(text) {
            self = .number(list: nil, number: number)
        } else if text.utf8.count == 36, let id = UUID(uuidString: String(text)) {
            self = .id(id)
        } else if let dash = text.lastIndex(of: "-"),
            let key = ListKey(text[..<dash]),
            let number = TaskReference.number(text[text.index(after: dash)...])
        {
            self = .number(list: key.text, number: number)
        } else {
            return nil
        }
    }

    /// The reference that people type for number `number` of the list with this key.
    public static func text(list: String?, number: Int) -> String {
        list.map { "\($0)-\(number)" } ?? "\(number)"
    }

    /// Only plain digits: `Int` would also take `+5`.
    private static func number(_ text: some StringProtocol) -> Int? {
        guard !text.isEmpty, text.utf8.count <= 9, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = Int(text), number > 0
        else { return nil }
        return number
    }
}

extension TaskReference: CustomStringConvertible {
    public var description: String {
        switch self {
        case .id(let id): id.lowercase
        case .number(let list, let number): TaskReference.text(list: list, number: number)
        }
    }
}

/// The key of a list, like `WEB`: 1–10 of A–Z and 0–9, the first a letter. Written in any case, kept in capitals.
public struct ListKey: Sendable, Hashable {
    public let text: String

    public init?(_ text: some StringProtocol) {
        // Before the change of case, which would make SS of ß.
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        let upper = text.uppercased()
        guard (1...10).contains(upper.utf8.count), let first = upper.utf8.first, (0x41...0x5A).contains(first),
            upper.utf8.allSatisfy({ (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) })
        else { return nil }
        self.text = upper
    }
}
