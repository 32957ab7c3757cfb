import Kafka
import Synchronization

/// Reads all partitions of some topics from their beginning, without a group: nobody else notices.
final class LetterReader: Sendable {
    /// How long nothing may come before the broker is asked whether it is still there.
    private static let patience = Duration.seconds(10)

    private let source: LetterSource
    private let consumer: KafkaConsumer
    /// The offset after the last record that was read.
    private let positions = Mutex<[KafkaPartition: Int64]>([:])
    private let steps = Atomic(0)
    private let isWorking = Atomic(false)

    init(_ source: LetterSource, topics: Set<String>) throws(KafkaError) {
        self.source = source
        consumer = try KafkaConsumer(source.kafka, group: nil, topics: topics.sorted(), logger: source.logger)
    }

    /// Reads on until every partition is read up to its end in `places`. What comes behind an end may be read too.
    ///
    /// - Throws: what `body` throws; `KafkaError` when the broker is gone; `CancellationError`.
    func read(to places: LetterPlaces, _ body: @escaping @Sendable (KafkaRecord) async throws -> Void) async throws {
        let isThrough = try await withThrowingTaskGroup(of: Bool.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await self.readAll(places, body) }
            group.addTask { await self.waitWhileSomethingComes() }
            return try await group.next() ?? false
        }
        try Task.checkCancellation()
        // A broker that answers has no more: the last offsets may be gone, or be no messages.
        if !isThrough { _ = try await source.places(of: Array(Set(places.keys.map(\.topic)))) }
    }

    /// Whether a topic was made anew since: it ends before what was read.
    func isAhead(of places: LetterPlaces) -> Bool {
        positions.withLock { $0.contains { partition, position in position > places[partition]?.high ?? 0 } }
    }

    func close() async { await consumer.close() }

    /// `false`: cancelled.
    private func readAll(_ places: LetterPlaces, _ body: (KafkaRecord) async throws -> Void) async throws -> Bool {
        func isRead(_ partition: KafkaPartition, _ place: KafkaWatermarks) -> Bool {
            place.low >= place.high || positions.withLock { $0[partition] ?? 0 } >= place.high
        }
        var open = places.filter { !isRead($0.key, $0.value) }
        while !open.isEmpty {
            guard let record = try await consumer.next() else { return false }
            let partition = KafkaPartition(topic: record.topic, partition: record.partition)
            isWorking.store(true, ordering: .relaxed)
            defer {
                steps.add(1, ordering: .relaxed)
                isWorking.store(false, ordering: .relaxed)
            }
            try await body(record)
            positions.withLock { $0[partition] = record.offset + 1 }
            if let place = open[partition], isRead(partition, place) { open[partition] = nil }
        }
        return true
    }

    private func waitWhileSomethingComes() async -> Bool {
        var seen = -1
        while true {
            let now = steps.load(ordering: .relaxed)
            if now == seen, !isWorking.load(ordering: .relaxed) { return false }
            seen = now
            guard (try? await Task.sleep(for: LetterReader.patience)) != nil else { return false }
        }
    }
}
