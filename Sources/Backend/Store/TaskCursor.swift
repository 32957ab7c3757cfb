import FoundationEssentials
public import TodoCore

/// Where a page begins: behind the task with this key and id. Tasks that come or go meanwhile move no one else's place.
public struct TaskCursor: Sendable, Hashable {
    enum Key: Sendable, Hashable {
        /// Microseconds since 1970.
        case time(Int64?)
        case date(LocalDate?)
        case integer(Int)
        case text(String)
    }

    /// How many tasks a filter matched when the first page was read, so that the further ones need not count.
    struct Count: Sendable, Hashable {
        let total: Int
        /// ``TaskFilter/checksum``.
        let filter: UInt32
    }

    /// The order in which it is a place.
    public let sort: TaskSort
    let key: Key
    let id: UUID
    let count: Count

    init(sort: TaskSort, key: Key, id: UUID, count: Count) {
        self.sort = sort
        self.key = key
        self.id = id
        self.count = count
    }

    /// Reads what ``text`` gave; nil for anything else.
    public init?(_ text: String) {
        var base64 = String(text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
        base64 += String(repeating: "=", count: (4 - base64.utf8.count % 4) % 4)
        guard let data = Data(base64Encoded: base64), let plain = String(validating: data, as: UTF8.self) else { return nil }
        let parts = plain.split(separator: " ", maxSplits: 4, omittingEmptySubsequences: false)
        guard parts.count == 5, let sort = TaskSort(parts[0]), let id = UUID(uuidString: String(parts[1])),
            let total = UInt32(parts[2]), let filter = UInt32(parts[3]),
            let key = TaskCursor.key(String(parts[4]), of: sort.field)
        else { return nil }
        self.init(sort: sort, key: key, id: id, count: Count(total: Int(total), filter: filter))
    }

    /// The cursor for a URL.
    public var text: String {
        let value =
            switch key {
            case .time(let microseconds): microseconds.map { String($0) } ?? ""
            case .date(let date): date?.description ?? ""
            case .integer(let number): String(number)
            case .text(let text): text
            }
        let base64 = Data("\(sort) \(id.lowercase) \(count.total) \(count.filter) \(value)".utf8).base64EncodedString()
        return String(base64.compactMap { $0 == "=" ? nil : $0 == "+" ? "-" : $0 == "/" ? "_" : $0 })
    }

    private static func key(_ text: String, of field: TaskSort.Field) -> Key? {
        switch field {
        case .created, .updated: time(text).map { .time($0) }
        case .doneAt: text.isEmpty ? .time(nil) : time(text).map { .time($0) }
        case .due: text.isEmpty ? .date(nil) : LocalDate(text).map { .date($0) }
        case .priority: Int(text).flatMap { Limits.priority.contains($0) ? .integer($0) : nil }
        case .title: Limits.titleLength.contains(text.unicodeScalars.count) && !text.utf8.contains(0) ? .text(text) : nil
        }
    }

    /// Within what PostgreSQL can hold, by far.
    private static func time(_ text: String) -> Int64? {
        guard let microseconds = Int64(text), abs(microseconds) < 1 << 57 else { return nil }
        return microseconds
    }
}
