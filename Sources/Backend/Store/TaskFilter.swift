import FoundationEssentials
import Postgres
public import TodoCore

/// Which of a user's tasks GET `/tasks` answers. Everything is "and".
public struct TaskFilter: Sendable, Hashable {
    /// The tasks of one list.
    public enum List: Sendable, Hashable {
        case inbox
        case key(String)
    }

    public var done: Bool?
    public var list: List?
    /// A task must have all of them.
    public var tags: [String] = []
    public var priority: Int?
    /// Part of the title or the notes, compared without case.
    public var text: String?
    /// Exclusive.
    public var dueBefore: LocalDate?
    /// Exclusive.
    public var dueAfter: LocalDate?
    /// The deleted tasks instead of the others.
    public var deleted = false
    public var limit = Limits.defaultPageSize
    public var sort = TaskSort.newestFirst
    /// Of the same order as ``sort``.
    public var after: TaskCursor?

    public init() {}

    /// The condition on `tasks t JOIN lists l`, without the cursor.
    func condition(user: UUID) -> SQL {
        var sql: SQL = "t.user_id = \(user)"
        sql = deleted ? "\(sql) AND t.deleted_at IS NOT NULL" : "\(sql) AND t.deleted_at IS NULL"
        if let done { sql = "\(sql) AND t.done = \(done)" }
        switch list {
        case .inbox: sql = "\(sql) AND l.key IS NULL"
        case .key(let key): sql = "\(sql) AND l.key = \(key)"
        case nil: break
        }
        if !tags.isEmpty { sql = "\(sql) AND t.tags @> \(tags)" }
        if let priority { sql = "\(sql) AND t.priority = \(priority)" }
        if let text {
            let pattern = "%\(TaskFilter.escaped(text))%"
            sql = "\(sql) AND (t.title ILIKE \(pattern) OR t.notes ILIKE \(pattern))"
        }
        if let dueBefore { sql = "\(sql) AND t.due_on < \(dueBefore)" }
        if let dueAfter { sql = "\(sql) AND t.due_on > \(dueAfter)" }
        return sql
    }

    /// Tells filters apart that match other tasks, the same in every process. FNV-1a of 32 bits.
    var checksum: UInt32 {
        let list =
            switch list {
            case .inbox: "inbox"
            case .key(let key): "list \(key)"
            case nil: ""
            }
        let parts = [
            done.map { "\($0)" }, list, priority.map { "\($0)" }, text, dueBefore?.description, dueAfter?.description,
            "\(deleted)",
        ]
        var hash: UInt32 = 0x811C_9DC5
        // A byte that no text has ends each part.
        for part in parts.map({ $0 ?? "" }) + tags {
            for byte in Array(part.utf8) + [0xFF] { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
        }
        return hash
    }

    /// The text with LIKE's own signs made plain.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text {
            if character == "%" || character == "_" || character == "\\" { escaped.append("\\") }
            escaped.append(character)
        }
        return escaped
    }
}

/// One page of tasks.
public struct TaskPage: Sendable {
    public var tasks: [StoredTask]
    /// Where the next page begins; nil on the last one.
    public var next: TaskCursor?
    /// How many tasks the filter matches in all, as of the first page.
    public var total: Int
}
