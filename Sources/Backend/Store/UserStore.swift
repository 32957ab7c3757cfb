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
            throw StoreError.emailTaken(email)
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

    /// The hash of the user's password; nil where there is no such user.
    public func passwordHash(user id: UUID) async throws -> String? {
        try await database.query("SELECT password_hash FROM users WHERE id = \(id)").first?.decode(String.self)
    }

    /// Replaces a hash by another one of the same password, unless the password was changed meanwhile.
    public func replacePasswordHash(of user: UUID, _ old: String, with new: String) async throws {
        _ = try await database.query(
            "UPDATE users SET password_hash = \(new) WHERE id = \(user) AND password_hash = \(old)")
    }

    /// Changes what is not nil; `timeZone` of `.some(nil)` goes back to the server's default.
    ///
    /// - Throws: `StoreError.noSuchUser`, `.unknownTimeZone`; `PostgresError`.
    public func update(
        _ id: UUID, timeZone: String?? = nil, digestEnabled: Bool? = nil, passwordHash: String? = nil
    ) async throws -> User {
        if let name = timeZone ?? nil, try await !isTimeZone(name) { throw StoreError.unknownTimeZone(name) }
        let rows = try await database.query(
            """
            UPDATE users SET time_zone = CASE WHEN \(timeZone != nil) THEN \(timeZone ?? nil) ELSE time_zone END,
                digest_enabled = coalesce(\(digestEnabled), digest_enabled),
                password_hash = coalesce(\(passwordHash), password_hash)
            WHERE id = \(id) RETURNING \(UserStore.columns)
            """)
        return try UserStore.user(rows)
    }

    /// Deletes the account with everything in it: lists, tasks and events.
    ///
    /// - Throws: `StoreError.noSuchUser`; `PostgresError`.
    public func delete(_ id: UUID) async throws {
        try await database.withTransaction { connection in
            try connection.query("SELECT \(Outbox.lock(user: id))")
            guard try connection.query("DELETE FROM users WHERE id = \(id)").affectedRows == 1 else {
                throw StoreError.noSuchUser
            }
            try connection.query("DELETE FROM events WHERE user_id = \(id)")
        }
    }

    /// PostgreSQL is the one that has to know it; abbreviations and offsets are no zones that follow the law.
    private func isTimeZone(_ name: String) async throws -> Bool {
        guard name == "UTC" || name.contains("/"), !name.hasPrefix("posix/"), !name.contains("\0") else { return false }
        return try await !database.query("SELECT FROM pg_timezone_names WHERE name = \(name)").isEmpty
    }

    private static let columns: SQL = "id, email, time_zone, digest_enabled, created_at"

    private static func user(_ rows: PostgresRows) throws -> User {
        guard let row = rows.first else { throw StoreError.noSuchUser }
        let (id, email, timeZone, digestEnabled, createdAt) = try row.decode(
            UUID.self, String.self, String?.self, Bool.self, Date.self)
        return User(id: id, email: email, timeZone: timeZone, digestEnabled: digestEnabled, createdAt: createdAt)
    }
}
