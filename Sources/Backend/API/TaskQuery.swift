import FoundationEssentials
import Hummingbird
import Store
import TodoCore

/// The query of GET `/tasks`.
struct TaskQuery {
    private(set) var filter = TaskFilter()
    /// As it came, to repeat it in the link to the next page.
    private var given: [(name: String, value: String)] = []

    /// - Throws: `APIError` 422 with everything that is wrong, unknown parameters among it.
    init(_ parameters: Parameters) throws {
        var errors: [Problem.Field] = []
        for (name, value) in parameters {
            let (name, value) = (String(name), String(value))
            do throws(Limits.Fault) {
                try read(name, value)
            } catch {
                errors.append(Problem.Field(loc: ["query", name], msg: error.message, type: error.type))
            }
            given.append((name, value))
        }
        if let cursor = filter.after, cursor.sort != filter.sort {
            errors.append(
                Problem.Field(loc: ["query", "cursor"], msg: "belongs to sort=\(cursor.sort), so it needs that", type: "cursor"))
        }
        if !errors.isEmpty { throw APIError.invalid(errors) }
    }

    /// The query that gives the page after this cursor.
    func parameters(after cursor: TaskCursor) -> String {
        let kept = given.filter { $0.name != "cursor" } + [("cursor", cursor.text)]
        return kept.map { "\($0.name)=\(TaskQuery.percentEncoded($0.value))" }.joined(separator: "&")
    }

    private mutating func read(_ name: String, _ value: String) throws(Limits.Fault) {
        switch name {
        case "done": filter.done = try TaskQuery.bool(value)
        case "deleted": filter.deleted = try TaskQuery.bool(value)
        case "list": filter.list = try TaskQuery.list(value)
        case "tag": filter.tags.append(contentsOf: try Limits.tags([value]))
        case "priority": filter.priority = try Limits.priority(TaskQuery.integer(value))
        case "q": filter.text = try Limits.search(value)
        case "due_before": filter.dueBefore = try TaskQuery.date(value)
        case "due_after": filter.dueAfter = try TaskQuery.date(value)
        case "limit":
            filter.limit = try TaskQuery.integer(value)
            guard Limits.pageSize.contains(filter.limit) else {
                throw Limits.Fault("must be between 1 and 1000", type: "out_of_range")
            }
        case "sort": filter.sort = try TaskQuery.sort(value)
        case "cursor": filter.after = try TaskQuery.cursor(value)
        default: throw Limits.Fault("is not a parameter of this request", type: "extra_forbidden")
        }
    }

    private static func bool(_ text: String) throws(Limits.Fault) -> Bool {
        switch text {
        case "true": true
        case "false": false
        default: throw Limits.Fault("must be true or false", type: "bool_type")
        }
    }

    private static func integer(_ text: String) throws(Limits.Fault) -> Int {
        guard let number = Int(text) else { throw Limits.Fault("must be a whole number", type: "int_type") }
        return number
    }

    private static func date(_ text: String) throws(Limits.Fault) -> LocalDate {
        guard let date = LocalDate(text) else { throw Limits.Fault("must be a date like 2026-11-22", type: "date") }
        return date
    }

    private static func list(_ text: String) throws(Limits.Fault) -> TaskFilter.List {
        guard let key = ListKey(text) else { throw Limits.Fault("must be a list's key, or inbox", type: "list_key") }
        return key.text == "INBOX" ? .inbox : .key(key.text)
    }

    private static func cursor(_ text: String) throws(Limits.Fault) -> TaskCursor {
        guard let cursor = TaskCursor(text) else {
            throw Limits.Fault("must come from the Link header of an earlier answer", type: "cursor")
        }
        return cursor
    }

    private static func sort(_ text: String) throws(Limits.Fault) -> TaskSort {
        guard let sort = TaskSort(text) else {
            throw Limits.Fault("must be one of \(TaskSort.all.joined(separator: ", "))", type: "sort")
        }
        return sort
    }

    private static func percentEncoded(_ text: String) -> String {
        text.utf8.map { byte in
            let isUnreserved =
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || "-._~".utf8.contains(byte)
            return isUnreserved
                ? String(UnicodeScalar(byte)) : "%\(byte < 16 ? "0" : "")\(String(byte, radix: 16, uppercase: true))"
        }.joined()
    }
}
