import FoundationEssentials
import Postgres
import TodoCore

/// How a task is read.
enum TaskRow {
    static let select: SQL = """
        SELECT t.id, l.key, t.number, t.title, t.done, t.notes, t.due_on, t.priority, t.tags, t.version,
               t.created_at, t.updated_at, t.done_at, t.deleted_at
        FROM tasks t JOIN lists l ON l.id = t.list_id
        """

    static func task(_ row: PostgresRow) throws -> TodoTask {
        let (id, list, number, title, done, notes, dueOn, priority, tags, version, createdAt, updatedAt, doneAt, deletedAt) =
            try row.decode(
                UUID.self, String?.self, Int.self, String.self, Bool.self, String.self, LocalDate?.self, Int.self,
                [String].self, Int.self, Date.self, Date.self, Date?.self, Date?.self)
        return TodoTask(
            id: id, list: list, number: number, title: title, done: done, notes: notes, dueOn: dueOn, priority: priority,
            tags: tags, version: version, createdAt: createdAt, updatedAt: updatedAt, doneAt: doneAt, deletedAt: deletedAt)
    }

    /// The condition that finds the caller's task by its id or reference, deleted or not.
    static func matches(_ reference: TaskReference, user: UUID) -> SQL {
        switch reference {
        case .id(let id): "t.id = \(id) AND t.user_id = \(user)"
        case .number(let list, let number):
            """
            t.number = \(number) AND t.user_id = \(user)
            AND t.list_id = (SELECT id FROM lists WHERE owner_id = \(user) AND key IS NOT DISTINCT FROM \(list))
            """
        }
    }

    /// The task, locked for a change: first the user (see ``Outbox/lock(user:)``), then the row.
    ///
    /// - Parameter deleted: which tasks count; nil for all.
    /// - Throws: `StoreError.noSuchTask`, `.versionMismatch`; `PostgresError`.
    static func locked(
        _ reference: TaskReference, user: UUID, deleted: Bool?, ifVersion version: Int?,
        on connection: isolated PostgresConnection
    ) throws -> TodoTask {
        try connection.query("SELECT \(Outbox.lock(user: user))")
        let rows = try connection.query("\(select) WHERE \(matches(reference, user: user)) FOR UPDATE OF t")
        guard let row = rows.first else { throw StoreError.noSuchTask(reference.description) }
        let task = try TaskRow.task(row)
        if let deleted, deleted != (task.deletedAt != nil) { throw StoreError.noSuchTask(reference.description) }
        if let version, version != task.version { throw StoreError.versionMismatch(current: task) }
        return task
    }

    /// The transaction's time, by the database's clock.
    static func now(on connection: isolated PostgresConnection) throws -> Date {
        try connection.query("SELECT clock_timestamp()").first?.decode(Date.self) ?? Date()
    }
}
