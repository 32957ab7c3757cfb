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
        items.append(("limit", "\(pageSize)"))
        return items.map { "\($0)=\(percentEncoded($1))" }.joined(separator: "&")
    }
}

/// A page of tasks, newest first.
public struct TaskPage: Sendable, Hashable {
    public var tasks: [TodoTask]
    /// Nil on the last page.
    public var next: PageCursor?
    /// How many tasks all pages have; nil where the server doesn't say.
    public var total: Int?
}

/// Where the next page begins.
public struct PageCursor: Sendable, Hashable {
    /// Of the link that the server gave. Only this part is used: whatever host a link names, the login goes to our server.
    let query: String

    /// The target of `rel="next"` (RFC 8288); nil where there is none.
    init?(links: [String]) {
        for link in links.flatMap(PageCursor.split) {
            guard let open = link.firstIndex(of: "<"), let close = link[open...].firstIndex(of: ">") else { continue }
            let parameters = link[link.index(after: close)...].split(separator: ";").map { parameter in
                parameter.filter { !$0.isWhitespace && $0 != "\"" }.lowercased()
            }
            let target = link[link.index(after: open)..<close]
            if parameters.contains("rel=next"), let mark = target.firstIndex(of: "?") {
                query = String(target[target.index(after: mark)...].prefix { $0 != "#" })
                return
            }
        }
        return nil
    }

    /// The links of one header: commas separate them, but may also stand inside `<…>`.
    private static func split(_ header: String) -> [Substring] {
        var isTarget = false
        return header.split { character in
            if character == "<" { isTarget = true } else if character == ">" { isTarget = false }
            return character == "," && !isTarget
        }
    }
}

/// The answer of GET `/readyz`.
public struct Readiness: Codable, Sendable, Hashable {
    /// `ok`, `degraded` or `unavailable`.
    public var status: String
    /// What the server leans on, each with `ok` or what is wrong.
    public var dependencies: [String: String]?

    public var isReady: Bool { status != "unavailable" }
}
