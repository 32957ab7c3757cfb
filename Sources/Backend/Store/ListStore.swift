public import FoundationEssentials
public import Postgres
public import TodoCore

/// Lists of tasks.
public struct ListStore: Sendable {
    let database: PostgresPool

    public init(database: PostgresPool) { self.database = database }

    /// The user's lists, the inbox first, then by key.
    public func all(user: UUID) async throws -> [TodoList] {
        let rows = try await database.query(
            "SELECT id, key, name, created_at FROM lists WHERE owner_id = \(user) ORDER BY key NULLS FIRST")
        return try rows.map(ListStore.list)
    }

    /// - Throws: `StoreError.listKeyTaken`; `PostgresError`.
    public func create(user: UUID, key: ListKey, name: String) async throws -> TodoList {
        do {
            let rows = try await database.query(
                """
                INSERT INTO lists (id, owner_id, key, name) VALUES (\(UUID.v7()), \(user), \(key.text), \(name))
                RETURNING id, key, name, created_at
                """)
            guard let row = rows.first else { throw StoreError.notFound }
            return try ListStore.list(row)
        } catch let error as PostgresError where error.constraint == "lists_owner_key" {
            throw StoreError.listKeyTaken(key: key.text)
        }
    }

    private static func list(_ row: PostgresRow) throws -> TodoList {
        let (id, key, name, createdAt) = try row.decode(UUID.self, String?.self, String.self, Date.self)
        return TodoList(id: id, key: key, name: name, createdAt: createdAt)
    }
}
