public import Kafka
public import Logging
import Synchronization
public import Telemetry

/// How many letters wait in each dead-letter topic: `todo_dead_letters{topic="events.dlq"}`.
///
/// The topics are read once from their beginning and then followed, so that a look at them costs no more than what is new.
public final class DeadLetterMetrics: Sendable {
    private static let interval = Duration.seconds(15)

    /// Nil while the broker doesn't tell.
    private let latest: Latest

    /// Shared with the callback, which the registry keeps.
    private final class Latest: Sendable {
        let counts = Mutex<[String: Int]?>(nil)
    }

    /// Adds the metric, which is absent until ``watch(_:logger:)`` has looked.
    public init(_ registry: Registry) throws(TelemetryError) {
        let latest = Latest()
        self.latest = latest
        try registry.gauge(
            "todo_dead_letters", "Messages that could not be done, and that nobody sent back yet.", labels: ["topic"]
        ) {
            latest.counts.withLock { $0 ?? [:] }.sorted { $0.key < $1.key }.map { Sample($0.key, value: $0.value) }
        }
    }

    /// Looks at the topics every 15 seconds until the task is cancelled.
    public func watch(_ kafka: KafkaConfiguration, logger: Logger) async {
        await watch(LetterSource(kafka: kafka, timeout: .seconds(5), logger: logger), every: DeadLetterMetrics.interval) {}
    }

    /// - Parameter looked: called after each look, whatever came of it.
    package func watch(_ source: LetterSource, every interval: Duration, looked: @Sendable () async -> Void) async {
        var follower: LetterReader?
        var waiting = WaitingLetters()
        while !Task.isCancelled {
            do {
                let places = try await source.places(of: DeadLetterQueue.topics)
                if let last = follower, !waiting.covers(places) || last.isAhead(of: places) {
                    await last.close()
                    follower = nil
                }
                if follower == nil, !places.isEmpty {
                    waiting = WaitingLetters(places)
                    follower = try LetterReader(source, topics: Set(places.keys.map(\.topic)))
                }
                let letters = waiting
                try await follower?.read(to: places) { record in letters.take(record) }
                let counts = waiting.counts(in: places)
                latest.counts.withLock { $0 = counts }
            } catch {
                if !Task.isCancelled { source.logger.debug("the dead letters can't be counted", metadata: ["error": "\(error)"]) }
                latest.counts.withLock { $0 = nil }
            }
            await looked()
            try? await Task.sleep(for: interval)
        }
        latest.counts.withLock { $0 = nil }
        await follower?.close()
    }
}

/// Which letters wait, in each partition: runs of offsets, so that many together take little room.
private final class WaitingLetters: Sendable {
    private let partitions: Set<KafkaPartition>
    private let waiting = Mutex<[KafkaPartition: RangeSet<Int64>]>([:])

    init(_ places: LetterPlaces = [:]) { partitions = Set(places.keys) }

    /// Whether these are the partitions that are followed.
    func covers(_ places: LetterPlaces) -> Bool { Set(places.keys) == partitions }

    func take(_ record: KafkaRecord) {
        waiting.withLock { waiting in
            if let letter = Mark(record)?.letter {
                waiting[letter.place]?.remove(contentsOf: letter.offset..<letter.offset + 1)
            } else {
                let partition = KafkaPartition(topic: record.topic, partition: record.partition)
                waiting[partition, default: RangeSet()].insert(contentsOf: record.offset..<record.offset + 1)
            }
        }
    }

    /// Without those that retention has deleted; 0 for a topic that isn't there.
    func counts(in places: LetterPlaces) -> [String: Int] {
        waiting.withLock { waiting in
            var counts = Dictionary(uniqueKeysWithValues: DeadLetterQueue.topics.map { ($0, 0) })
            for (partition, place) in places {
                waiting[partition]?.remove(contentsOf: 0..<place.low)
                counts[partition.topic, default: 0] += waiting[partition]?.ranges.reduce(0) { $0 + $1.count } ?? 0
            }
            return counts
        }
    }
}
