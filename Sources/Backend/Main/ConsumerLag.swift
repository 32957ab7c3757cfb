import Commands
import Kafka
import Logging
import Mailer
import Store
import Synchronization
import Telemetry

/// How many messages each consumer group has still to do: `todo_consumer_lag{group="mailer",topic="events"}`.
///
/// The API tells it, so that it is known just when no consumer runs. The gauge is absent while the broker doesn't answer.
final class ConsumerLag: Sendable {
    private static let interval = Duration.seconds(15)
    private static let groups = [(Mailer.group, Topics.events), (CommandConsumer.group, Topics.commands)]

    /// Shared with the callback, which the registry keeps.
    private final class Latest: Sendable {
        let samples = Mutex<[Sample]>([])
    }

    private let latest = Latest()

    init(_ registry: Registry) throws(TelemetryError) {
        let latest = latest
        try registry.gauge(
            "todo_consumer_lag", "Messages of a topic that a consumer group has not done yet.", labels: ["group", "topic"]
        ) { latest.samples.withLock { $0 } }
    }

    /// Asks the broker every 15 seconds until the task is cancelled.
    func watch(_ kafka: KafkaConfiguration, logger: Logger) async {
        while !Task.isCancelled {
            var samples: [Sample] = []
            do {
                for (group, topic) in Self.groups {
                    let offsets = try await KafkaAdmin.offsets(
                        ofGroup: group, topics: [topic], configuration: kafka, timeout: .seconds(3))
                    samples.append(Sample(group, topic, value: offsets.reduce(0) { $0 + Int($1.lag) }))
                }
            } catch {
                logger.debug("the consumers' lag is unknown", metadata: ["error": "\(error)"])
                samples = []
            }
            let found = samples
            latest.samples.withLock { $0 = found }
            try? await Task.sleep(for: Self.interval)
        }
    }
}
