import BackendTestSupport
import Consumption
import Kafka
import Logging
import Store
import TestSupport

/// A broker of its own with the topic `events`, and its dead letters in one partition.
struct ConsumptionFixture {
    let broker: EmbeddedBroker
    let producer: KafkaProducer

    static func make(partitions: Int = 1) throws -> ConsumptionFixture {
        let broker = try EmbeddedBroker.make([Topics.events: partitions, Topics.eventsDeadLetters: 1])
        return ConsumptionFixture(broker: broker, producer: try KafkaProducer(broker.configuration, logger: quiet))
    }

    func consumer(_ properties: [String: String] = [:], concurrency: Int = 1) -> GroupConsumer {
        var kafka = broker.configuration
        kafka.properties.merge(properties) { $1 }
        return GroupConsumer(
            kafka: kafka, group: "group", topics: [Topics.events], retryDelay: .milliseconds(1) ... .milliseconds(8),
            concurrency: concurrency, logger: quiet)
    }

    @discardableResult
    func send(
        _ value: String, key: String? = nil, headers: [KafkaHeader] = [], partition: Int32 = 0
    ) async throws -> KafkaDelivery {
        try await producer.send(
            KafkaMessage(topic: Topics.events, key: key, value: Array(value.utf8), headers: headers, partition: partition))
    }

    /// Runs the consumer until `isEnough` of the values that it asked about, in order. What `run` threw is thrown.
    func run(
        _ consumer: GroupConsumer, until isEnough: ([String]) -> Bool,
        _ handle: @escaping @Sendable (String) async -> Outcome
    ) async throws -> [String] {
        let (asked, feed) = AsyncStream.makeStream(of: String.self)
        let run = Task {
            defer { feed.finish() }
            try await consumer.run { record in
                let value = String(decoding: record.value, as: UTF8.self)
                let outcome = await handle(value)
                feed.yield(value)
                return outcome
            }
        }
        var values: [String] = []
        for await value in asked {
            values.append(value)
            if isEnough(values) { break }
        }
        run.cancel()
        try await run.value
        return values
    }

    /// The next so many dead letters, from the first.
    func letters(_ count: Int) async throws -> [KafkaRecord] {
        try await broker.first(count, of: Topics.eventsDeadLetters)
    }
}

extension KafkaRecord {
    func header(_ name: String) -> String? { headers.last { $0.name == name }?.value }
}
