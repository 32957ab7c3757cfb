import TodoCore

/// Tasks as people name them: `12`, `WEB-12`, a UUID, or several by their numbers: `3-6`, `3..6`, `WEB-3..6`, `WEB-3-6`.
struct ReferenceRange: Sendable, Hashable {
    /// Why a text names no tasks, in words for people.
    struct Fault: Error {
        var message: String
    }

    /// The most tasks that one command takes: `1-100000` is a slip, not a wish.
    static let limit = 1000

    /// In ascending order.
    let references: [TaskReference]

    init(_ text: String) throws(Fault) {
        if let reference = TaskReference(text) {
            references = [reference]
            return
        }
        guard let (first, last) = ReferenceRange.ends(of: text), case .number(let list, let low)? = TaskReference(first),
            let high = ReferenceRange.number(last, of: list)
        else { throw Fault(message: "a task is a number like 12, or WEB-12 in a list; several are 3-6 or WEB-3..6") }
        guard low <= high else { throw Fault(message: "a range begins with its smaller number: \(high)-\(low)") }
        guard high - low < ReferenceRange.limit else { throw ReferenceRange.tooMany }
        references = (low...high).map { .number(list: list, number: $0) }
    }

    /// All the tasks that are named, each once, in the order in which they are named.
    static func all(_ ranges: [ReferenceRange]) throws(Fault) -> [TaskReference] {
        var seen: Set<TaskReference> = []
        let references = ranges.flatMap(\.references).filter { seen.insert($0).inserted }
        guard references.count <= limit else { throw tooMany }
        return references
    }

    private static var tooMany: Fault { Fault(message: "at most \(limit) tasks at once") }

    private static func ends(of text: String) -> (Substring, Substring)? {
        if let dots = text.firstRange(of: "..") { return (text[..<dots.lowerBound], text[dots.upperBound...]) }
        guard let dash = text.lastIndex(of: "-") else { return nil }
        return (text[..<dash], text[text.index(after: dash)...])
    }

    /// The last number; it may repeat the list: `WEB-3..WEB-6`.
    private static func number(_ text: Substring, of list: String?) -> Int? {
        switch TaskReference(text) {
        case .number(nil, let number): number
        case .number(list, let number): number
        default: nil
        }
    }
}
