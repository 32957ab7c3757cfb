// Postgres: a client for PostgreSQL over libpq, with typed rows, transactions, notifications, a pool and migrations.
// It must know nothing of the product: no table, no event, no HTTP. libpq's handles never leave it. Most callers need only
// `PostgresPool`; who waits for notifications, or holds a session's lock, has a `PostgresConnection` of its own.

/// How much a transaction sees of the others.
public enum PostgresIsolation: String, Sendable {
    case readCommitted = "READ COMMITTED"
    case repeatableRead = "REPEATABLE READ"
    case serializable = "SERIALIZABLE"
}
