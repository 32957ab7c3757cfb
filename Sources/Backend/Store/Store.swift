// Store: the schema, and the reads and writes of users, lists and tasks. Each write puts its domain event into the
// outbox in the same transaction. It must not know HTTP, Kafka or who consumes an event.

public import Postgres

/// The schema's history: SQL files in `Migrations`, in order.
public enum StoreMigrations {
    public static let all: [PostgresMigration] = [
        PostgresMigration(name: "0001_schema", sql: String(decoding: PackageResources.m0001_schema_sql, as: UTF8.self))
    ]
}

/// The database role of each service: what a connection of that service may do.
public enum ServiceRole: String, Sendable {
    case api = "todo_api"
    case scheduler = "todo_scheduler"
    case mailer = "todo_mailer"
}
