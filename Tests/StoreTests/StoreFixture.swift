import FoundationEssentials
import Logging
import Postgres
import Store
import TestSupport
import TodoCore

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// A database of its own with the schema, and a user in it.
struct StoreFixture {
    let url: String
    let pool: PostgresPool
    let users: UserStore
    let tasks: TaskValues
    let lists: ListStore
    let user: User

    static func make() async throws -> StoreFixture {
        let url = try await TestPostgres.shared.database()
        let configuration = try PostgresConfiguration(url)
        _ = try await PostgresMigrator.apply(StoreMigrations.all, to: configuration, logger: quiet)
        let pool = PostgresPool(configuration, size: 4, logger: quiet)
        let users = UserStore(database: pool)
        let user = try await users.create(email: "me@example.org", passwordHash: "x", requestID: nil)
        return StoreFixture(
            url: url, pool: pool, users: users, tasks: TaskValues(store: TaskStore(database: pool)),
            lists: ListStore(database: pool), user: user)
    }

    /// The user's events in the order in which the relay takes them.
    func events() async throws -> [DomainEvent] {
        let rows = try await pool.query("SELECT payload FROM events WHERE user_id = \(user.id) ORDER BY xid, seq")
        return try rows.map { try Wire.decode(DomainEvent.self, from: $0.decode([UInt8].self)) }
    }
}
