public import FoundationEssentials
public import Postgres
public import TodoCore

/// Accounts.
public struct UserStore: Sendable {
    let database: PostgresPool

    public init(database: PostgresPool) { self.database = database }

    /// Makes an account with its inbox, and the event `user.registered`.
    ///
    /// - Throws: `StoreError.emailTaken`; `PostgresError`.
    public func create(email: String, passwordHash: String, requestID: String?) async throws -> User {
        let id = UUID.v7()
        let inbox = UUID.v7()
        do {
            return try await database.withTransaction { connection in
                try connection.query("SELECT \(Outbox.lock(user: id))")
                let row = try connection.query(
                    """
                    INSERT INTO users (id, email, password_hash) VALUES (\(id), \(email), \(passwordHash))
                    RETURNING \(UserStore.columns)
                    """)
                try connection.query("INSERT INTO lists (id, owner_id, name) VALUES (\(inbox), \(id), 'Inbox')")
                let user = try UserStore.user(row)
                let event = DomainEvent(occurredAt: user.createdAt, user: id, kind: .userRegistered)
                try Outbox.append([event], requestID: requestID, on: connection)
                return user
            }
        } catch let error as PostgresError where error.constraint == "users_email_key" {
            throw StoreError.emailTaken
        }
    }

    /// The account with this id; nil where there is none.
    public func user(_ id: UUID) async throws -> User? {
        let rows = try await database.query("SELECT \(UserStore.columns) FROM users WHERE id = \(id)")
        return rows.isEmpty ? nil : try UserStore.user(rows)
    }

    /// The id and the password's hash of the account with this email, compared without case; nil where there is none.
    public func passwordHash(email: String) async throws -> (id: UUID, hash: String)? {
        let rows = try await database.query("SELECT id, password_hash FROM users WHERE lower(email) = lower(\(email))")
        return try rows.first.map { row in try row.decode(UUID.self, String.self) }
    }

    private static let columns: SQL = "id, email, time_zone, digest_enabled, created_at"

    private static func user(_ rows: PostgresRows) throws -> User {
        guard let row = rows.first else { throw StoreError.notFound }
        let (id, email, timeZone, digestEnabled, createdAt) = try row.decode(
            UUID.self, String.self, String?.self, Bool.self, Date.self)
        return User(id: id, email: email, timeZone: timeZone, digestEnabled: digestEnabled, createdAt: createdAt)
    }
}
