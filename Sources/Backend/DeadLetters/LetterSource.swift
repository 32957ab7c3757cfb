package import Kafka
package import Logging

/// Where the partitions of the dead-letter topics begin and end.
package typealias LetterPlaces = [KafkaPartition: KafkaWatermarks]

/// The broker that keeps the letters.
package struct LetterSource: Sendable {
    let kafka: KafkaConfiguration
    /// For each question to the broker.
    let timeout: Duration
    let logger: Logger

    package init(kafka: KafkaConfiguration, timeout: Duration, logger: Logger) {
        (self.kafka, self.timeout, self.logger) = (kafka, timeout, logger)
    }

    /// Where the topics stand now; topics that don't exist are left out.
    func places(of topics: [String]) async throws -> LetterPlaces {
        let metadata = try await KafkaAdmin.metadata(configuration: kafka, timeout: timeout)
        return try await withThrowingTaskGroup(of: (KafkaPartition, KafkaWatermarks).self) { group in
            for topic in metadata.topics where topics.contains(topic.name) {
                for partition in topic.partitions {
                    let partition = KafkaPartition(topic: topic.name, partition: partition.partition)
                    group.addTask {
                        (partition, try await KafkaAdmin.watermarks(of: partition, configuration: kafka, timeout: timeout))
                    }
                }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    /// Reads all that there is in `places`, once, and nothing that came later.
    func read(
        _ places: LetterPlaces, _ body: @escaping @Sendable (KafkaRecord) async throws -> Void
    ) async throws {
        let topics = Set(places.filter { $0.value.low < $0.value.high }.keys.map(\.topic))
        if topics.isEmpty { return }
        let reader = try LetterReader(self, topics: topics)
        let end: Result<Void, any Error>
        do {
            try await reader.read(to: places) { record in
                let place = places[KafkaPartition(topic: record.topic, partition: record.partition)]
                if let place, record.offset < place.high { try await body(record) }
            }
            end = .success(())
        } catch {
            end = .failure(error)
        }
        await reader.close()
        try end.get()
    }
}
