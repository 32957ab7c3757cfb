import BackendTestSupport
import Consumption
import DeadLetters
import Kafka
import Logging
import Store

/// A broker of its own with all topics, each of two partitions.
struct DeadLettersFixture {
    let broker: EmbeddedBroker
    let producer: KafkaProducer
    let queue: DeadLetterQueue

    static func make(topics: [String] = Topics.all) throws -> DeadLettersFixture {
        let broker = try EmbeddedBroker(brokers: 1, logger: quiet)
        for topic in topics { try broker.createTopic(topic, partitions: 2, replication: 1) }
        return DeadLettersFixture(
            broker: broker, producer: try KafkaProducer(broker.configuration, logger: quiet),
            queue: DeadLetterQueue(kafka: broker.configuration, timeout: .seconds(1), logger: quiet))
    }

    /// Keeps a letter of a message that stood at this offset of partition 1. Returns where the letter stands.
    @discardableResult
    func letter(
        _ value: String, of topic: String = Topics.events, offset: Int64 = 7, partition: Int32 = 0, key: String? = "k",
        type: String = "task.sung", reason: String = "because"
    ) async throws -> DeadLetterID {
        let record = KafkaRecord(
            topic: topic, partition: 1, offset: offset, key: key, value: Array(value.utf8),
            headers: [
                KafkaHeader(name: "event_type", value: type), KafkaHeader(name: "event_id", value: "e-\(value)"),
                KafkaHeader(name: "request_id", value: "r-\(value)"),
            ])
        var message = DeadLetterFormat.letter(for: record, reason: reason)
        message.partition = partition
        return try await send(message)
    }

    @discardableResult
    func send(_ message: KafkaMessage) async throws -> DeadLetterID {
        let delivery = try await producer.send(message)
        return DeadLetterID(topic: delivery.topic, partition: delivery.partition, offset: delivery.offset)
    }

    /// The next so many records of a topic, from the first.
    func records(_ count: Int, of topic: String) async throws -> [KafkaRecord] {
        try await broker.first(count, of: topic)
    }

    /// How many messages a topic has.
    func count(of topic: String) async throws -> Int64 {
        var count: Int64 = 0
        for partition in Int32(0)...1 {
            let place = try await KafkaAdmin.watermarks(
                of: KafkaPartition(topic: topic, partition: partition), configuration: broker.configuration)
            count += place.high - place.low
        }
        return count
    }
}
