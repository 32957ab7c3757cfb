import FoundationEssentials
import Postgres
import TodoCore

/// What the changes of a task have in common.
enum TaskChange {
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
    static func lock(
        _ reference: TaskReference, user: UUID, deleted: Bool?, ifVersion version: Int?,
        on connection: isolated PostgresConnection
    ) throws -> TodoTask {
        try connection.query("SELECT \(Outbox.lock(user: user))")
        let rows = try connection.query("\(StoredTask.select) WHERE \(matches(reference, user: user)) FOR UPDATE OF t")
        guard let task = try rows.first.map(StoredTask.init)?.task(), deleted == nil || deleted == (task.deletedAt != nil)
        else { throw StoreError.noSuchTask(reference.description) }
        if let version, version != task.version { throw StoreError.versionMismatch(current: task) }
        return task
    }

    /// The time of a change by the database's clock. Asked for after the lock, so that a user's changes have their times
    /// in their order.
    static func now(on connection: isolated PostgresConnection) throws -> Date {
        try connection.query("SELECT clock_timestamp()").first?.decode(Date.self) ?? Date()
    }

    /// The events of a change: completing and reopening have their own, everything else is in one `task.updated`.
    static func events(from old: TodoTask, to new: TodoTask, user: UUID, at now: Date) -> [DomainEvent] {
        var kinds: [DomainEvent.Kind] = []
        var changes: [String: DomainEvent.Change] = [:]
        func compare<Value: Equatable>(_ field: String, _ path: KeyPath<TodoTask, Value>, _ json: (Value) -> JSONValue) {
            let (from, to) = (old[keyPath: path], new[keyPath: path])
            if from != to { changes[field] = DomainEvent.Change(from: json(from), to: json(to)) }
        }
        compare("title", \.title) { .string($0) }
        compare("list", \.list) { $0.map { .string($0) } ?? .null }
        compare("reference", \.reference) { .string($0) }
        compare("notes", \.notes) { .string($0) }
        compare("due_on", \.dueOn) { $0.map { .string($0.description) } ?? .null }
        compare("priority", \.priority) { .integer($0) }
        compare("tags", \.tags) { .array($0.map { .string($0) }) }
        if !changes.isEmpty { kinds.append(.taskUpdated(task: new.id, changes: changes)) }
        if new.done != old.done { kinds.append(new.done ? .taskCompleted(task: new.id) : .taskReopened(task: new.id)) }
        return kinds.map { DomainEvent(occurredAt: now, user: user, kind: $0) }
    }
}

extension TodoTask {
    /// The fields that the patch names, but for the list.
    mutating func apply(_ patch: TaskPatch, at now: Date) {
        if let title = patch.title { self.title = title }
        if let done = patch.done, done != self.done {
            self.done = done
            doneAt = done ? now : nil
        }
        if let notes = patch.notes { self.notes = notes }
        if let dueOn = patch.dueOn { self.dueOn = dueOn }
        if let priority = patch.priority { self.priority = priority }
        if let tags = patch.tags { self.tags = tags }
    }
}
