import API
import Kafka
import Logging
import Mailer
import Postgres
import ServiceLifecycle
import Telemetry
import TodoCore

/// How a role without an API shows how it is: on MONITOR_PORT, where that is set.
struct Monitor {
    let registry = Registry()
    private let settings: Settings
    private let database: PostgresPool
    private let kafka: KafkaConfiguration
    private let logger: Logger

    init(settings: Settings, database: PostgresPool, kafka: KafkaConfiguration, logger: Logger) throws {
        self.settings = settings
        self.database = database
        self.kafka = kafka
        self.logger = logger
        try registry.addProcessMetrics(version: Product.version)
    }

    /// The service to run beside the role's own; none where no port is set.
    ///
    /// - Throws: `SettingError`.
    func services() throws -> [any Service] {
        guard let port = try settings.monitorPort() else { return [] }
        let (database, kafka, registry, logger) = (database, kafka, registry, logger)
        let host = settings.string("HTTP_HOST") ?? "0.0.0.0"
        let application = try buildMonitor(
            host: host, port: port, database: database, dependencies: [.broker(kafka)], registry: registry, logger: logger,
            onRunning: { port in logger.info("monitor listening", metadata: ["port": "\(port)"]) })
        return [application]
    }
}

extension Settings {
    /// Where a role without an API answers GET `/healthz`, `/readyz` and `/metrics`; nil: nowhere.
    func monitorPort() throws -> Int? { try integer("MONITOR_PORT", in: 0...65_535) }
}

extension Registry {
    /// What became of the messages that a mailer read.
    func addMailerMetrics(_ mailer: Mailer) throws(TelemetryError) {
        try counter(
            "todo_mails_total", "Messages of the topic events by what became of them; retry counts tries.", labels: ["outcome"]
        ) {
            let counters = mailer.counters
            return [
                Sample("sent", value: counters.sent), Sample("duplicate", value: counters.duplicates),
                Sample("ignored", value: counters.ignored), Sample("dead", value: counters.deadLetters),
                Sample("retry", value: counters.retries),
            ]
        }
    }
}
