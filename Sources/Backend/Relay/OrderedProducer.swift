import Kafka
import Logging

/// Publishes so that no message overtakes one before it of the same user, whatever fails.
///
/// The topic then has the events of each user in order, with repeats: a stream is a gapless run of the outbox that starts
/// at or before the cursor, so the first copy of each event comes after the first copies of all that precede it, even
/// where the streams of two relays mix. Consumers drop what they saw. Three things make a stream gapless:
/// - An event is tried until the broker has it, and by the same producer only one request a connection is under way.
/// - When the broker refuses one for good, the producer is of no use any more (`enable.gapless.guarantee`), and when
///   librdkafka does so itself, the rest of the batch stays behind (`untilFailure`).
/// - After a failure everything from the cursor on is published again, with a new producer.
struct OrderedProducer: Sendable {
    private let producer: KafkaProducer
    private let onDelivery: (@Sendable (KafkaMessage, KafkaDelivery) -> Void)?

    /// - Parameters:
    ///   - patience: how long to try; nil: for ever.
    ///   - onDelivery: told of each message that the broker has, in order.
    init(
        _ configuration: KafkaConfiguration, patience: Duration?,
        onDelivery: (@Sendable (KafkaMessage, KafkaDelivery) -> Void)? = nil, logger: Logger
    ) throws(KafkaError) {
        self.onDelivery = onDelivery
        var configuration = configuration
        var properties = [
            // What comes together is sent together anyway, and what comes alone shall not wait.
            "linger.ms": "0",
            // A broker that checks no sequence numbers keeps the order too. Requests are large, so it costs little.
            "max.in.flight.requests.per.connection": "1",
            "message.timeout.ms": "0",
        ]
        // Without these two no order can be promised, whatever the environment says.
        for name in ["enable.idempotence", "enable.gapless.guarantee"] {
            configuration.properties[name] = nil
            properties[name] = "true"
        }
        if let patience { properties["message.timeout.ms"] = "\(patience / .milliseconds(1))" }
        configuration.properties.merge(properties) { own, _ in own }
        producer = try KafkaProducer(configuration, logger: logger)
    }

    /// Returns once the broker has every message. Throws why the first one failed.
    func deliver(_ messages: [KafkaMessage]) async throws(KafkaError) {
        for (message, result) in zip(messages, await producer.send(contentsOf: messages, untilFailure: true)) {
            let delivery = try result.get()
            onDelivery?(message, delivery)
        }
    }

    /// What the broker doesn't have yet is still in the outbox: not worth a long wait.
    func close() async { await producer.close(timeout: .seconds(1)) }
}
