public import FoundationEssentials
import Postgres
public import TodoCore

/// A task as a row of the database: read into a value where the program thinks about it, written as JSON straight from
/// the database's bytes where it only passes through.
public struct StoredTask: Sendable {
    /// What is read of a task, in the order of ``Column``.
    static let columns: SQL = """
        t.id, l.key, t.number, t.title, t.done, t.notes, t.due_on, t.priority, t.tags, t.version, t.created_at, t.updated_at,
        t.done_at, t.deleted_at
        """

    static let select: SQL = "SELECT \(columns) FROM tasks t JOIN lists l ON l.id = t.list_id"

    enum Column: Int {
        case id, list, number, title, done, notes, dueOn, priority, tags, version, createdAt, updatedAt, doneAt, deletedAt
    }

    private let row: PostgresRow

    /// - Parameter row: of ``columns``.
    init(_ row: PostgresRow) { self.row = row }

    /// - Throws: `PostgresError` of kind `.decoding`.
    public var id: UUID { get throws(PostgresError) { try row.decode("id") } }

    public var version: Int { bytes(.version, integer) }

    var isDone: Bool { bytes(.done) { $0?.first == 1 } }

    /// The place behind this task.
    func cursor(_ sort: TaskSort, _ count: TaskCursor.Count) throws -> TaskCursor {
        let key: TaskCursor.Key =
            switch sort.field {
            case .created: .time(microseconds(.createdAt))
            case .updated: .time(microseconds(.updatedAt))
            case .doneAt: .time(microseconds(.doneAt))
            case .due: .date(bytes(.dueOn) { LocalDate(postgresBytes: $0) })
            case .priority: .integer(bytes(.priority, integer))
            case .title: .text(try row.decode("title"))
            }
        return TaskCursor(sort: sort, key: key, id: try id, count: count)
    }

    /// The task as a value.
    ///
    /// - Throws: `PostgresError` of kind `.decoding`.
    public func task() throws -> TodoTask {
        let (id, list, number, title, done, notes, dueOn, priority, tags, version, createdAt, updatedAt, doneAt, deletedAt) =
            try row.decode(
                UUID.self, String?.self, Int.self, String.self, Bool.self, String.self, LocalDate?.self, Int.self,
                [String].self, Int.self, Date.self, Date.self, Date?.self, Date?.self)
        return TodoTask(
            id: id, list: list, number: number, title: title, done: done, notes: notes, dueOn: dueOn, priority: priority,
            tags: tags, version: version, createdAt: createdAt, updatedAt: updatedAt, doneAt: doneAt, deletedAt: deletedAt)
    }

    /// Writes the JSON of ``TodoCore/TodoTask``: the same members and values, every one of them there.
    public func write(to json: inout JSONWriter) {
        json.raw(#"{"id":"#)
        bytes(.id) { if let id = $0 { json.uuid(id) } else { json.null() } }
        json.raw(#","reference":"#)
        reference(to: &json)
        json.raw(#","list":"#)
        text(.list, to: &json)
        json.raw(#","number":"#)
        json.integer(bytes(.number, integer))
        json.raw(#","title":"#)
        text(.title, to: &json)
        json.raw(#","done":"#)
        json.bool(isDone)
        json.raw(#","notes":"#)
        text(.notes, to: &json)
        json.raw(#","due_on":"#)
        bytes(.dueOn) { if let date = LocalDate(postgresBytes: $0) { json.date(date) } else { json.null() } }
        json.raw(#","priority":"#)
        json.integer(bytes(.priority, integer))
        json.raw(#","tags":"#)
        tags(to: &json)
        json.raw(#","version":"#)
        json.integer(version)
        json.raw(#","created_at":"#)
        time(.createdAt, to: &json)
        json.raw(#","updated_at":"#)
        time(.updatedAt, to: &json)
        json.raw(#","done_at":"#)
        time(.doneAt, to: &json)
        json.raw(#","deleted_at":"#)
        time(.deletedAt, to: &json)
        json.raw("}")
    }
}

extension StoredTask {
    @inline(__always)
    private func bytes<R>(_ column: Column, _ body: (UnsafeRawBufferPointer?) -> R) -> R {
        row.withBytes(ofColumn: column.rawValue, body)
    }

    /// Keys of lists are plain ASCII: nothing in a reference needs escaping.
    private func reference(to json: inout JSONWriter) {
        json.raw("\"")
        bytes(.list) { key in
            guard let key else { return }
            json.raw(key)
            json.raw("-")
        }
        json.integer(bytes(.number, integer))
        json.raw("\"")
    }

    private func text(_ column: Column, to json: inout JSONWriter) {
        bytes(column) { if let text = $0 { json.string(utf8: text) } else { json.null() } }
    }

    private func time(_ column: Column, to json: inout JSONWriter) {
        if let time = microseconds(column) { json.timestamp(microsecondsSince1970: time) } else { json.null() }
    }

    private func microseconds(_ column: Column) -> Int64? {
        bytes(column) { bytes in bytes.map { Int64(integer($0)) + microsecondsFrom1970To2000 } }
    }

    /// An array in binary: dimensions, flags, type; length and lower bound of each dimension; then each value after its
    /// length. Source: `array_send` of PostgreSQL.
    private func tags(to json: inout JSONWriter) {
        json.raw("[")
        bytes(.tags) { bytes in
            guard let bytes, bytes.count >= 20 else { return }
            var offset = 20
            while offset + 4 <= bytes.count {
                let length = integer(UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + 4]))
                let end = min(offset + 4 + max(length, 0), bytes.count)
                if offset > 20 { json.raw(",") }
                json.string(utf8: UnsafeRawBufferPointer(rebasing: bytes[offset + 4..<end]))
                offset = end
            }
        }
        json.raw("]")
    }
}

private let microsecondsFrom1970To2000: Int64 = 946_684_800_000_000

/// `int2`, `int4`, `int8` and `timestamptz`: the most significant byte first.
private func integer(_ bytes: UnsafeRawBufferPointer?) -> Int {
    guard let bytes, let first = bytes.first else { return 0 }
    var value = Int(Int8(bitPattern: first))
    for byte in bytes.dropFirst() { value = value << 8 | Int(byte) }
    return value
}
