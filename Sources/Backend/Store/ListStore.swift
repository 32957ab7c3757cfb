public import FoundationEssentials
public import Postgres
public import TodoCore

/// Lists of tasks.
///
/// A user whose account is gone gets `StoreError.noSuchUser` from each method.
public struct ListStore: Sendable {
    let database: PostgresPool

    public init(database: PostgresPool) { self.database = database }

    /// The user's lists, the inbox first, then by key.
    ///
    /// - Throws: `StoreError.noSuchUser`; `PostgresError`.
    public func all(user: UUID) async throws -> [TodoList] {
        let rows = try await database.query(
            "SELECT id, key, name, created_at FROM lists WHERE owner_id = \(user) ORDER BY key NULLS FIRST")
        // Everybody has an inbox.
        guard !rows.isEmpty else { throw StoreError.noSuchUser }
        return try rows.map(ListStore.list)
    }

    /// - Throws: `StoreError.listKeyTaken`, `.noSuchUser`; `PostgresError`.
    public func create(user: UUID, key: ListKey, name: String) async throws -> TodoList {
        do {
            let rows = try await database.query(
                """
                INSERT INTO lists (id, owner_id, key, name) VALUES (\(UUID.v7()), \(user), \(key.text), \(name))
                RETURNING id, key, name, created_at
                """)
            guard let row = rows.first else { throw StoreError.noSuchUser }
            return try ListStore.list(row)
        } catch let error as PostgresError where error.constraint == "lists_owner_key" {
            throw StoreError.listKeyTaken(key: key.text)
        } catch let error as PostgresError where error.constraint == "lists_owner_id_fkey" {
            throw StoreError.noSuchUser
        }
    }

    /// Changes the name, the key or both. References of tasks change with the key.
    ///
    /// - Throws: `StoreError.noSuchList`, `.listKeyTaken`, `.noSuchUser`; `PostgresError`.
    public func update(user: UUID, key: ListKey, newKey: ListKey?, name: String?) async throws -> TodoList {
        do {
            let rows = try await database.query(
                """
                UPDATE lists SET key = coalesce(\(newKey?.text), key), name = coalesce(\(name), name)
                WHERE owner_id = \(user) AND key = \(key.text) RETURNING id, key, name, created_at
                """)
            guard let row = rows.first else { throw try await absence(of: key, user: user) }
            return try ListStore.list(row)
        } catch let error as PostgresError where error.constraint == "lists_owner_key" {
            throw StoreError.listKeyTaken(key: newKey?.text ?? key.text)
        }
    }

    /// Deletes a list. Tasks that were deleted before go to the inbox, where they can still be restored.
    ///
    /// - Parameter movesTasks: whether the other tasks go there too; without it, a list that has some is refused.
    /// - Throws: `StoreError.noSuchList`, `.listNotEmpty`, `.noSuchUser`; `PostgresError`.
    public func delete(user: UUID, key: ListKey, movesTasks: Bool, requestID: String?) async throws {
        do {
            try await deleteFound(user: user, key: key, movesTasks: movesTasks, requestID: requestID)
        } catch StoreError.noSuchList {
            throw try await absence(of: key, user: user)
        }
    }

    private func deleteFound(user: UUID, key: ListKey, movesTasks: Bool, requestID: String?) async throws {
        try await database.withTransaction { connection in
            try connection.query("SELECT \(Outbox.lock(user: user))")
            let found = try connection.query(
                "SELECT id FROM lists WHERE owner_id = \(user) AND key = \(key.text) FOR UPDATE")
            guard let list = try found.first?.decode(UUID.self) else { throw StoreError.noSuchList(key: key.text) }
            let moved = try connection.query(
                """
                WITH inbox AS (SELECT id, next_number FROM lists WHERE owner_id = \(user) AND key IS NULL FOR UPDATE),
                numbered AS (SELECT id, row_number() OVER (ORDER BY number) - 1 AS place FROM tasks WHERE list_id = \(list))
                UPDATE tasks t SET list_id = inbox.id, number = inbox.next_number + numbered.place,
                    version = t.version + 1, updated_at = now()
                FROM inbox, numbered, tasks old WHERE t.id = numbered.id AND old.id = t.id
                RETURNING t.id, old.number, t.number, t.deleted_at IS NULL
                """)
            let moves = try moved.decode(UUID.self, Int.self, Int.self, Bool.self)
            guard movesTasks || !moves.contains(where: \.3) else { throw StoreError.listNotEmpty(key: key.text) }
            try connection.query(
                "UPDATE lists SET next_number = next_number + \(moves.count) WHERE owner_id = \(user) AND key IS NULL")
            try connection.query("DELETE FROM lists WHERE id = \(list)")
            let events = moves.map { id, old, new, _ in
                DomainEvent(
                    user: user,
                    kind: .taskUpdated(
                        task: id,
                        changes: [
                            "list": .init(from: .string(key.text), to: .null),
                            "reference": .init(
                                from: .string(TaskReference.text(list: key.text, number: old)), to: .string("\(new)")),
                        ]))
            }
            try Outbox.append(events, requestID: requestID, on: connection)
        }
    }

    /// Why there is no such list: a token outlives its account.
    private func absence(of key: ListKey, user: UUID) async throws -> StoreError {
        let isUser = try await !database.query("SELECT FROM users WHERE id = \(user)").isEmpty
        return isUser ? .noSuchList(key: key.text) : .noSuchUser
    }

    private static func list(_ row: PostgresRow) throws -> TodoList {
        let (id, key, name, createdAt) = try row.decode(UUID.self, String?.self, String.self, Date.self)
        return TodoList(id: id, key: key, name: name, createdAt: createdAt)
    }
}
