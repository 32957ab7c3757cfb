import API
import Commands
import DeadLetters
import Feed
import Kafka
import Logging
import Postgres
import Relay
import ServiceLifecycle
import Store
import Telemetry
import TodoCore

/// What runs in the role `api`, by itself or as part of `dev`: the REST API with its streams, the relay, the consumer of
/// commands, and the deletion of what is old.
struct APIRole {
    private let database: PostgresConfiguration
    private let kafka: KafkaConfiguration
    private let pool: PostgresPool
    private let retention: Retention
    private let registry = Registry()

    /// - Parameter database: with the rights of the API.
    init(database: PostgresConfiguration, kafka: KafkaConfiguration, settings: Settings) throws {
        self.database = database
        self.kafka = kafka
        pool = PostgresPool(database, logger: Logger(label: "api"))
        retention = Retention(
            database: pool, events: .seconds(try settings.seconds("EVENTS_RETENTION") ?? 30 * 86_400),
            logger: Logger(label: "retention"))
        try registry.addProcessMetrics(version: Product.version)
    }

    /// Runs it with other services until one fails, or until a signal ends them: the last first.
    ///
    /// - Parameter beside: services that end after these.
    func run(_ api: APISettings, beside: [any Service] = [], onRunning: @escaping @Sendable (Int) async -> Void) async throws {
        let (pool, kafka, retention) = (pool, kafka, retention)
        let feed = Feed(database: pool, logger: Logger(label: "feed"))
        let commands = try commandProducer()
        let application = try await buildApplication(
            settings: api, database: pool, feed: feed, commands: commands, dependencies: [.broker(kafka)], registry: registry,
            logger: Logger(label: "api"), onRunning: onRunning)
        let relay = Relay(
            database: database, kafka: kafka, metrics: try RelayMetrics(registry), onDelivery: { feed.published($0, $1) },
            logger: Logger(label: "relay"))
        let deadLetters = try DeadLetterMetrics(registry)
        let lag = try ConsumerLag(registry)
        let consumer = CommandConsumer(database: pool, kafka: kafka, logger: Logger(label: "commands"))
        try registry.addCommandMetrics(consumer)
        // Streams end first: the server waits for the requests that are open.
        try await runServices(
            beside + [
                LongRunning { try await consumer.run() },
                LongRunning { try await relay.run() },
                LongRunning { await retention.run() },
                LongRunning { await deadLetters.watch(kafka, logger: Logger(label: "dead-letters")) },
                LongRunning { await lag.watch(kafka, logger: Logger(label: "consumer-lag")) },
                application,
                LongRunning { try await feed.run(kafka) },
            ], logger: Logger(label: "api"))
        await commands.close(timeout: .seconds(1))
        await pool.close()
    }

    /// Whoever asks for a task waits for the broker, and not for long.
    private func commandProducer() throws -> KafkaProducer {
        var kafka = kafka.allowingRepeats
        kafka.properties["message.timeout.ms"] = kafka.properties["message.timeout.ms"] ?? "5000"
        return try KafkaProducer(kafka, logger: Logger(label: "api"))
    }

    /// Makes the relay publish everything that is kept.
    func rewindRelay() async throws { try await Relay.rewind(pool) }
}

extension Registry {
    fileprivate func addCommandMetrics(_ consumer: CommandConsumer) throws(TelemetryError) {
        try counter("todo_commands_total", "Commands by what became of them; retry counts tries.", labels: ["outcome"]) {
            let counters = consumer.counters
            return [
                Sample("created", value: counters.created), Sample("duplicate", value: counters.duplicates),
                Sample("ignored", value: counters.ignored), Sample("dead", value: counters.dead),
                Sample("retry", value: counters.retries),
            ]
        }
    }
}

extension Dependency {
    /// The API answers without its broker: what it writes waits in the outbox. Each check opens a connection, so its answer
    /// is kept for some seconds.
    static func broker(_ kafka: KafkaConfiguration) -> Dependency {
        Dependency(name: "broker", isRequired: false, freshness: .seconds(5)) {
            do {
                _ = try await KafkaAdmin.metadata(configuration: kafka, timeout: .seconds(1))
                return nil
            } catch { return "\(error)" }
        }
    }
}
