public import Kafka
import Store

extension EmbeddedBroker {
    /// One broker of the test's own, with these topics; each has so many partitions.
    public static func make(_ topics: KeyValuePairs<String, Int>) throws -> EmbeddedBroker {
        let broker = try EmbeddedBroker(brokers: 1, logger: quiet)
        for (topic, partitions) in topics { try broker.createTopic(topic, partitions: partitions, replication: 1) }
        return broker
    }

    /// The first so many records of a topic; waits until there are as many.
    public func first(_ count: Int, of topic: String) async throws -> [KafkaRecord] {
        let consumer = try KafkaConsumer(configuration, group: nil, topics: [topic], logger: quiet)
        var records: [KafkaRecord] = []
        while records.count < count, let record = try await consumer.next() { records.append(record) }
        await consumer.close()
        return records
    }
}
