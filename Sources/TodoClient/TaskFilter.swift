public import TodoCore

/// Which tasks GET `/tasks` gives. Every condition that is set must hold.
public struct TaskFilter: Sendable, Hashable {
    public var done: Bool?
    /// The key of a list, or `inbox`.
    public var list: String?
    /// The task has each of them.
    public var tags: [String] = []
    /// 0–3.
    public var priority: Int?
    /// Words in title or notes.
    public var text: String?
    public var dueBefore: LocalDate?
    public var dueAfter: LocalDate?
    /// Whether to give the deleted tasks instead of the others.
    public var deleted = false
    /// Nil for the newest first.
    public var sort: TaskSort?
    /// Tasks a page, 1–1000.
    public var pageSize = Limits.pageSize.upperBound

    public init() {}

    /// As the URL has it.
    var query: String {
        var items: [(String, String)] = []
        if let done { items.append(("done", done ? "true" : "false")) }
        if let list { items.append(("list", list)) }
        items += tags.map { ("tag", $0) }
        if let priority { items.append(("priority", "\(priority)")) }
        if let text { items.append(("q", text)) }
        if let dueBefore { items.append(("due_before", dueBefore.description)) }
        if let dueAfter { items.append(("due_after", dueAfter.description)) }
        if deleted { items.append(("deleted", "true")) }
        if let sort { items.append(("sort", sort.description)) }
        items.append(("limit", "\(pageSize)"))
        return items.map { "\($0)=\(percentEncoded($1))" }.joined(separator: "&")
    }
}
