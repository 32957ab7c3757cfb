import Logging
import Postgres
import Synchronization
public import Telemetry

/// What a relay tells of its work. The lag is that of the outbox, so every relay tells the same, the leader or not.
public final class RelayMetrics: Sendable {
    /// Events that are not published yet.
    private struct Lag {
        var events: Int
        var seconds: Double
    }

    /// More are not counted: that would take longer the worse things are.
    private static let maxCount = 10_000
    private static let interval = Duration.seconds(5)

    private let published: Counter
    private let isLeader: Gauge
    /// Nil while the database doesn't tell.
    private let lag: Latest

    /// Shared with the callbacks, which the registry keeps.
    private final class Latest: Sendable {
        let value = Mutex<Lag?>(nil)

        func sample(_ read: (Lag) -> Double) -> [Sample] {
            value.withLock { $0 }.map { [Sample(value: read($0))] } ?? []
        }
    }

    public init(_ registry: Registry) throws(TelemetryError) {
        let lag = Latest()
        self.lag = lag
        published = try registry.counter("todo_relay_published_total", "Events that the broker took.")
        isLeader = try registry.gauge("todo_relay_is_leader", "1 where this process publishes the events, else 0.")
        try registry.gauge("todo_relay_lag_events", "Events that wait to be published; more than 10000 are not counted.") {
            lag.sample { Double($0.events) }
        }
        try registry.gauge("todo_relay_lag_seconds", "How long the oldest of them waits.") { lag.sample(\.seconds) }
    }

    func leads(_ value: Bool) { isLeader.set(value ? 1 : 0) }

    func published(_ count: Int) { published.increment(by: count) }

    /// Looks at the outbox every five seconds until the task is cancelled, over a connection of its own: the relay's
    /// waits for the broker just when the lag grows.
    func watch(_ database: PostgresConfiguration, logger: Logger) async {
        let pool = PostgresPool(database, size: 1, logger: logger)
        while !Task.isCancelled {
            let lag = try? await RelayMetrics.lag(pool)
            self.lag.value.withLock { $0 = lag }
            try? await Task.sleep(for: RelayMetrics.interval)
        }
        await pool.close()
    }

    private static func lag(_ database: PostgresPool) async throws -> Lag? {
        let rows = try await database.query(
            """
            SELECT count(*), coalesce(extract(epoch FROM clock_timestamp() - min(occurred_at)), 0)::float8
            FROM (
                SELECT occurred_at FROM relay_cursor AS cursor
                CROSS JOIN LATERAL (
                    SELECT occurred_at FROM events WHERE (events.xid, events.seq) > (cursor.xid, cursor.seq)
                    ORDER BY events.xid, events.seq LIMIT \(maxCount)
                ) AS waiting
            ) AS behind
            """)
        return try rows.first.map { row in
            let (events, seconds) = try row.decode(Int.self, Double.self)
            return Lag(events: events, seconds: max(0, seconds))
        }
    }
}
