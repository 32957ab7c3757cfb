// Store: the schema, and the reads and writes of users, lists and tasks. Each write puts its domain event into the
// outbox in the same transaction. It must not know HTTP, Kafka or who consumes an event.

public import Postgres

/// The schema's history: SQL files in `Migrations`, in order.
public enum StoreMigrations {
    public static let all: [PostgresMigration] = [
        migration("0001_schema", PackageResources.m0001_schema_sql),
        migration("0002_retention", PackageResources.m0002_retention_sql),
        migration("0003_feed", PackageResources.m0003_feed_sql),
    ]

    private static func migration(_ name: String, _ sql: [UInt8]) -> PostgresMigration {
        PostgresMigration(name: name, sql: String(decoding: sql, as: UTF8.self))
    }
}

/// The database role of each service: what a connection of that service may do.
public enum ServiceRole: String, Sendable {
    case api = "todo_api"
    case scheduler = "todo_scheduler"
    case mailer = "todo_mailer"
}
