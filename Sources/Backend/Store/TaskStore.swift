public import FoundationEssentials
public import Postgres
public import TodoCore

/// Tasks: each method takes the user that the token names, and finds nothing of anybody else's.
public struct TaskStore: Sendable {
    let database: PostgresPool

    public init(database: PostgresPool) { self.database = database }

    /// One page, newest first, and how many there are in all.
    public func page(user: UUID, filter: TaskFilter) async throws -> TaskPage {
        let condition = filter.condition(user: user)
        var sql: SQL = "\(TaskRow.select) WHERE \(condition)"
        if let after = filter.after {
            sql = "\(sql) AND (t.created_at, t.id) < (\(after.createdAt), \(after.id))"
        }
        // One row more than asked for tells whether there is a next page.
        sql = "\(sql) ORDER BY t.created_at DESC, t.id DESC LIMIT \(filter.limit + 1)"
        var tasks = try await database.query(sql).map(TaskRow.task)
        let hasMore = tasks.count > filter.limit
        if hasMore { tasks.removeLast() }
        let next = hasMore ? tasks.last.map { TaskFilter.Cursor(createdAt: $0.createdAt, id: $0.id) } : nil
        if !hasMore, filter.after == nil { return TaskPage(tasks: tasks, next: nil, total: tasks.count) }
        let count = try await database.query(
            "SELECT count(*) FROM tasks t JOIN lists l ON l.id = t.list_id WHERE \(condition)")
        return TaskPage(tasks: tasks, next: next, total: try count.first?.decode(Int.self) ?? 0)
    }

    /// - Throws: `StoreError.noSuchTask`; `PostgresError`.
    public func task(user: UUID, _ reference: TaskReference) async throws -> TodoTask {
        let rows = try await database.query(
            """
            \(TaskRow.select) WHERE \(TaskRow.matches(reference, user: user))
            AND t.deleted_at IS NULL
            """)
        guard let row = rows.first else { throw StoreError.noSuchTask(reference.description) }
        return try TaskRow.task(row)
    }

    /// Makes a task with the next number of its list, and the event `task.created`. The same draft with the same id
    /// again gives the task that is there.
    ///
    /// - Parameter draft: already validated.
    /// - Throws: `StoreError.noListForTask`, `.idTaken`; `PostgresError`.
    public func create(user: UUID, _ draft: TaskDraft, requestID: String?) async throws -> (task: TodoTask, isNew: Bool) {
        let id = draft.id ?? UUID.v7()
        do {
            let task = try await database.withTransaction { connection in
                try connection.query("SELECT \(Outbox.lock(user: user))")
                let list = try connection.query(
                    """
                    UPDATE lists SET next_number = next_number + 1
                    WHERE owner_id = \(user) AND key IS NOT DISTINCT FROM \(draft.list)
                    RETURNING id, next_number - 1
                    """)
                guard let (listID, number) = try list.first?.decode(UUID.self, Int.self) else {
                    throw StoreError.noListForTask(key: draft.list ?? "(inbox)")
                }
                let row = try connection.query(
                    """
                    INSERT INTO tasks (id, user_id, list_id, number, title, notes, due_on, priority, tags)
                    VALUES (\(id), \(user), \(listID), \(number), \(draft.title), \(draft.notes ?? ""), \(draft.dueOn),
                            \(draft.priority ?? 0), \(draft.tags ?? []))
                    RETURNING created_at
                    """)
                let createdAt = try row.first?.decode(Date.self) ?? Date()
                let event = DomainEvent(
                    occurredAt: createdAt, user: user, kind: .taskCreated(task: id, title: draft.title))
                try Outbox.append([event], requestID: requestID, on: connection)
                return TodoTask(
                    id: id, list: draft.list, number: number, title: draft.title, notes: draft.notes ?? "",
                    dueOn: draft.dueOn, priority: draft.priority ?? 0, tags: draft.tags ?? [], createdAt: createdAt,
                    updatedAt: createdAt)
            }
            return (task, true)
        } catch let error as PostgresError where error.constraint == "tasks_pkey" {
            let rows = try await database.query(
                "\(TaskRow.select) WHERE t.id = \(id) AND t.user_id = \(user)")
            guard let task = try rows.first.map(TaskRow.task), TaskStore.isMade(task, from: draft) else {
                throw StoreError.idTaken
            }
            return (task, false)
        }
    }

    /// Changes what the patch names, and writes `task.completed`, `task.reopened` and `task.updated` as they apply. A
    /// patch that changes nothing writes nothing.
    ///
    /// - Parameters:
    ///   - patch: already validated.
    ///   - version: from `If-Match`.
    /// - Throws: `StoreError.noSuchTask`, `.noListForTask`, `.versionMismatch`; `PostgresError`.
    public func update(
        user: UUID, _ reference: TaskReference, _ patch: TaskPatch, ifVersion version: Int?, requestID: String?
    ) async throws -> TodoTask {
        try await database.withTransaction { connection in
            let old = try TaskRow.locked(reference, user: user, deleted: false, ifVersion: version, on: connection)
            let now = try TaskRow.now(on: connection)
            var new = old
            var listID: UUID?
            if let key = patch.list, key != old.list {
                let row = try connection.query(
                    """
                    UPDATE lists SET next_number = next_number + 1
                    WHERE owner_id = \(user) AND key IS NOT DISTINCT FROM \(key) RETURNING id, next_number - 1
                    """)
                guard let (id, number) = try row.first?.decode(UUID.self, Int.self) else {
                    throw StoreError.noListForTask(key: key ?? "inbox")
                }
                listID = id
                new.list = key
                new.number = number
                new.reference = TaskReference.text(list: key, number: number)
            }
            new.apply(patch, at: now)
            guard new != old else { return old }
            new.version += 1
            new.updatedAt = now
            try connection.query(
                """
                UPDATE tasks SET title = \(new.title), done = \(new.done), done_at = \(new.doneAt), notes = \(new.notes),
                    due_on = \(new.dueOn), priority = \(new.priority), tags = \(new.tags), version = \(new.version),
                    updated_at = \(now), list_id = coalesce(\(listID), list_id), number = \(new.number)
                WHERE id = \(new.id)
                """)
            try Outbox.append(TaskStore.events(from: old, to: new, user: user, at: now), requestID: requestID, on: connection)
            return new
        }
    }

    /// Marks the task as deleted, and writes `task.deleted`.
    ///
    /// - Throws: `StoreError.noSuchTask`, `.versionMismatch`; `PostgresError`.
    public func delete(user: UUID, _ reference: TaskReference, ifVersion version: Int?, requestID: String?) async throws {
        try await database.withTransaction { connection in
            let old = try TaskRow.locked(reference, user: user, deleted: false, ifVersion: version, on: connection)
            let now = try TaskRow.now(on: connection)
            try connection.query(
                """
                UPDATE tasks SET deleted_at = \(now), updated_at = \(now), version = version + 1 WHERE id = \(old.id)
                """)
            let event = DomainEvent(occurredAt: now, user: user, kind: .taskDeleted(task: old.id))
            try Outbox.append([event], requestID: requestID, on: connection)
        }
    }

    /// Brings a deleted task back, and writes `task.restored`. One that isn't deleted is answered as it is.
    ///
    /// - Throws: `StoreError.noSuchTask`; `PostgresError`.
    public func restore(user: UUID, _ reference: TaskReference, requestID: String?) async throws -> TodoTask {
        try await database.withTransaction { connection in
            var task = try TaskRow.locked(reference, user: user, deleted: nil, ifVersion: nil, on: connection)
            guard task.deletedAt != nil else { return task }
            let now = try TaskRow.now(on: connection)
            task.deletedAt = nil
            task.updatedAt = now
            task.version += 1
            try connection.query(
                """
                UPDATE tasks SET deleted_at = NULL, updated_at = \(now), version = \(task.version) WHERE id = \(task.id)
                """)
            let event = DomainEvent(occurredAt: now, user: user, kind: .taskRestored(task: task.id))
            try Outbox.append([event], requestID: requestID, on: connection)
            return task
        }
    }

    /// Whether the task is what this draft asked for when it was made.
    private static func isMade(_ task: TodoTask, from draft: TaskDraft) -> Bool {
        task.title == draft.title && task.list == draft.list && task.notes == draft.notes ?? ""
            && task.dueOn == draft.dueOn && task.priority == draft.priority ?? 0 && task.tags == draft.tags ?? []
            && task.deletedAt == nil
    }

    /// The events of a change: completing and reopening have their own, everything else is in one `task.updated`.
    private static func events(from old: TodoTask, to new: TodoTask, user: UUID, at now: Date) -> [DomainEvent] {
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
    fileprivate mutating func apply(_ patch: TaskPatch, at now: Date) {
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
