public import TodoCore

/// A page of tasks, in the order of the filter.
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
