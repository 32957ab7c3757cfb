import HTTPTypes
import Hummingbird
import NIOCore
import Postgres
import Telemetry

/// GET `/metrics`, for Prometheus. It asks nobody, so that it answers whatever is down.
struct MetricsRoutes {
    let registry: Registry

    func add(to router: some RouterMethods<BasicContext>) {
        router.path(
            "metrics",
            [
                .get: { [registry] _, _ in
                    Response(
                        status: .ok, headers: [.contentType: Registry.contentType],
                        body: ResponseBody(byteBuffer: ByteBuffer(bytes: registry.text())))
                }
            ])
    }
}

extension Registry {
    /// What the pool of the API does.
    func addDatabaseMetrics(_ pool: PostgresPool) throws(TelemetryError) {
        try gauge("todo_database_connections", "Connections by what they do.", labels: ["state"]) {
            let now = pool.statistics()
            return [
                Sample("busy", value: now.busy), Sample("idle", value: now.idle), Sample("opening", value: now.opening),
            ]
        }
        try gauge("todo_database_connections_max", "How many connections there may be.") {
            [Sample(value: pool.statistics().size)]
        }
        try gauge("todo_database_waiting", "Tasks that wait for a connection.") { [Sample(value: pool.statistics().waiting)] }
        let counters: [(String, String, @Sendable (PostgresPoolStatistics) -> Int)] = [
            ("leases", "Times that a task got a connection.", { $0.leases }),
            ("opened", "Connections that were opened.", { $0.opened }),
            ("failed", "Connections that could not be opened.", { $0.failed }),
            ("discarded", "Connections that could not be used again.", { $0.discarded }),
            ("expired", "Tasks that waited too long for a connection.", { $0.expired }),
            ("refused", "Tasks that were turned away since too many waited.", { $0.refused }),
        ]
        for (name, help, count) in counters {
            try counter("todo_database_\(name)_total", help) { [Sample(value: count(pool.statistics()))] }
        }
    }
}
