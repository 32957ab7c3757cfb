public import FoundationEssentials
public import Postgres
public import TodoCore

/// The outbox: where a change leaves its event, in the change's own transaction.
public enum Outbox {
    /// The channel of `NOTIFY` that wakes the relay.
    public static let channel = "todo_events"

    /// Makes every transaction of one user wait for the one before it.
    ///
    /// The relay publishes in the order of transaction ids, and PostgreSQL gives an id before it waits for a row. Taken
    /// before the first write, this lock makes the order of ids the order of the changes.
    public static func lock(user: UUID) -> SQL { "pg_advisory_xact_lock(\(lockKey("\(user)")))" }

    /// The same without waiting: whether it was free.
    static func tryLock(user: SQL) -> SQL { "pg_try_advisory_xact_lock(\(lockKey(user)))" }

    private static func lockKey(_ user: SQL) -> SQL { "hashtextextended(\(user)::text, 0)" }

    /// Writes events after ``lock(user:)`` was taken, and wakes the relay when the transaction commits.
    public static func append(
        _ events: [DomainEvent], requestID: String?, on connection: isolated PostgresConnection
    ) throws {
        for event in events {
            let payload = String(decoding: try Wire.encode(event), as: UTF8.self)
            try connection.query(
                """
                INSERT INTO events (event_id, type, user_id, payload, occurred_at, request_id)
                VALUES (\(event.id), \(event.type), \(event.user), \(payload)::json, \(event.occurredAt), \(requestID))
                """)
        }
        if !events.isEmpty { try connection.query("SELECT pg_notify(\(channel), '')") }
    }
}
