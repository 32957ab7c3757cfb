public import FoundationEssentials
public import Postgres
public import TodoCore

/// Tasks: each method takes the user that the token names, and finds nothing of anybody else's.
///
/// A user whose account is gone gets `StoreError.noSuchUser` from every one of them.
public struct TaskStore: Sendable {
    let database: PostgresPool
    let bell: OutboxBell
    let creations: Batches<Creation, Created>
    let completions: Batches<Completion, StoredTask?>

    public init(database: PostgresPool) {
        self.database = database
        let bell = OutboxBell(database: database)
        self.bell = bell
        creations = TaskStore.creations(database, bell)
        completions = TaskStore.completions(database, bell)
    }

    /// One page, and how many tasks there are in all: as of the first page.
    ///
    /// - Throws: `StoreError.noSuchUser`; `PostgresError`.
    public func page(user: UUID, filter: TaskFilter) async throws -> TaskPage {
        var tasks = try await database.query(TaskStore.list(user: user, filter)).map(StoredTask.init)
        if tasks.isEmpty { try await checkExistence(of: user) }
        let hasMore = tasks.count > filter.limit
        if hasMore { tasks.removeLast() }
        if !hasMore, filter.after == nil { return TaskPage(tasks: tasks, next: nil, total: tasks.count) }
        let count = try await count(user: user, filter)
        return TaskPage(tasks: tasks, next: hasMore ? try tasks.last?.cursor(filter.sort, count) : nil, total: count.total)
    }

    /// Counting takes longer than reading a page, so it is done for the first one; a cursor of another filter knows nothing.
    private func count(user: UUID, _ filter: TaskFilter) async throws -> TaskCursor.Count {
        let checksum = filter.checksum
        if let count = filter.after?.count, count.filter == checksum { return count }
        let counted = try await database.query(TaskStore.count(user: user, filter))
        return TaskCursor.Count(total: try counted.first?.decode(Int.self) ?? 0, filter: checksum)
    }

    /// - Throws: `StoreError.noSuchTask`, `.noSuchUser`; `PostgresError`.
    public func task(user: UUID, _ reference: TaskReference) async throws -> StoredTask {
        let rows = try await database.query(
            "\(StoredTask.select) WHERE \(TaskChange.matches(reference, user: user)) AND t.deleted_at IS NULL")
        guard let row = rows.first else {
            try await checkExistence(of: user)
            throw StoreError.noSuchTask(reference.description)
        }
        return StoredTask(row)
    }

    /// Changes what the patch names, and writes `task.completed`, `task.reopened` and `task.updated` as they apply. A
    /// patch that changes nothing writes nothing.
    ///
    /// - Parameters:
    ///   - patch: already validated.
    ///   - version: from `If-Match`.
    /// - Throws: `StoreError.noSuchTask`, `.noListForTask`, `.versionMismatch`, `.noSuchUser`; `PostgresError`.
    public func update(
        user: UUID, _ reference: TaskReference, _ patch: TaskPatch, ifVersion version: Int?, requestID: String?
    ) async throws -> StoredTask {
        if let done = patch.done, patch == TaskPatch(done: done),
            let task = try await setDone(done, user: user, reference, ifVersion: version, requestID: requestID)
        {
            return task
        }
        return try await change(user: user) { connection in
            let old = try TaskChange.lock(reference, user: user, deleted: false, ifVersion: version, on: connection)
            let now = try TaskChange.now(on: connection)
            var new = old
            var listID: UUID?
            if let key = patch.list, key != old.list {
                let row = try connection.query(
                    """
                    UPDATE lists SET next_number = next_number + 1
                    WHERE owner_id = \(user) AND key IS NOT DISTINCT FROM \(key) RETURNING id, next_number - 1
                    """)
                guard let (id, number) = try row.first?.decode(UUID.self, Int.self) else {
                    throw StoreError.noListForTask(key: key ?? "(inbox)")
                }
                listID = id
                new.list = key
                new.number = number
                new.reference = TaskReference.text(list: key, number: number)
            }
            new.apply(patch, at: now)
            if new != old {
                try connection.query(
                    """
                    UPDATE tasks SET title = \(new.title), done = \(new.done), done_at = \(new.doneAt), notes = \(new.notes),
                        due_on = \(new.dueOn), priority = \(new.priority), tags = \(new.tags), version = version + 1,
                        updated_at = \(now), list_id = coalesce(\(listID), list_id), number = \(new.number)
                    WHERE id = \(new.id)
                    """)
                try Outbox.append(
                    TaskChange.events(from: old, to: new, user: user, at: now), requestID: requestID, on: connection)
            }
            return try TaskStore.read(new.id, on: connection)
        }
    }

    /// Marks the task as deleted, and writes `task.deleted`.
    ///
    /// - Throws: `StoreError.noSuchTask`, `.versionMismatch`, `.noSuchUser`; `PostgresError`.
    public func delete(user: UUID, _ reference: TaskReference, ifVersion version: Int?, requestID: String?) async throws {
        try await change(user: user) { connection in
            let old = try TaskChange.lock(reference, user: user, deleted: false, ifVersion: version, on: connection)
            let now = try TaskChange.now(on: connection)
            try connection.query(
                "UPDATE tasks SET deleted_at = \(now), updated_at = \(now), version = version + 1 WHERE id = \(old.id)")
            let event = DomainEvent(occurredAt: now, user: user, kind: .taskDeleted(task: old.id))
            try Outbox.append([event], requestID: requestID, on: connection)
        }
    }

    /// Brings a deleted task back, and writes `task.restored`. One that isn't deleted is answered as it is.
    ///
    /// - Throws: `StoreError.noSuchTask`, `.noSuchUser`; `PostgresError`.
    public func restore(user: UUID, _ reference: TaskReference, requestID: String?) async throws -> StoredTask {
        try await change(user: user) { connection in
            let task = try TaskChange.lock(reference, user: user, deleted: nil, ifVersion: nil, on: connection)
            if task.deletedAt != nil {
                let now = try TaskChange.now(on: connection)
                try connection.query(
                    "UPDATE tasks SET deleted_at = NULL, updated_at = \(now), version = version + 1 WHERE id = \(task.id)")
                let event = DomainEvent(occurredAt: now, user: user, kind: .taskRestored(task: task.id))
                try Outbox.append([event], requestID: requestID, on: connection)
            }
            return try TaskStore.read(task.id, on: connection)
        }
    }
}

extension TaskStore {
    /// Whether a task may be meant for this list, nil for the inbox.
    ///
    /// - Throws: `StoreError.noListForTask`, `.noSuchUser`; `PostgresError`.
    public func checkList(_ key: String?, of user: UUID) async throws {
        let rows = try await database.query("SELECT FROM lists WHERE owner_id = \(user) AND key IS NOT DISTINCT FROM \(key)")
        guard rows.isEmpty else { return }
        try await checkExistence(of: user)
        throw StoreError.noListForTask(key: key ?? "(inbox)")
    }

    private static func list(user: UUID, _ filter: TaskFilter) -> SQL {
        let isAfter: SQL? = filter.after.map { "AND \(filter.sort.isAfter($0))" }
        // One row more than asked for tells whether there is a next page.
        return """
            \(StoredTask.select) WHERE \(filter.condition(user: user)) \(isAfter)
            ORDER BY \(filter.sort.order) LIMIT \(filter.limit + 1)
            """
    }

    private static func count(user: UUID, _ filter: TaskFilter) -> SQL {
        "SELECT count(*) FROM tasks t JOIN lists l ON l.id = t.list_id WHERE \(filter.condition(user: user))"
    }

    /// What a page asks of the database, for tests of how it is served.
    package func statements(user: UUID, filter: TaskFilter) -> [SQL] {
        [TaskStore.list(user: user, filter), TaskStore.count(user: user, filter)]
    }

    /// A transaction; where it finds no task, the reason may be that the user is gone.
    private func change<R: Sendable>(
        user: UUID, _ body: @Sendable (isolated PostgresConnection) throws -> R
    ) async throws -> R {
        do {
            return try await database.withTransaction(body)
        } catch let error as StoreError {
            switch error {
            case .noSuchTask, .noListForTask: try await checkExistence(of: user)
            default: break
            }
            throw error
        }
    }

    private static func read(_ id: UUID, on connection: isolated PostgresConnection) throws -> StoredTask {
        guard let row = try connection.query("\(StoredTask.select) WHERE t.id = \(id)").first else {
            throw StoreError.noSuchTask(id.lowercase)
        }
        return StoredTask(row)
    }

    /// Asked only where nothing was found: a token outlives its account, and no request pays for that.
    ///
    /// - Throws: `StoreError.noSuchUser`; `PostgresError`.
    func checkExistence(of user: UUID) async throws {
        try await TaskStore.checkExistence(of: user, in: database)
    }

    static func checkExistence(of user: UUID, in database: PostgresPool) async throws {
        if try await database.query("SELECT FROM users WHERE id = \(user)").isEmpty { throw StoreError.noSuchUser }
    }
}
