// Consumption: what every service that reads a topic needs: records one by one or some side by side, another try later,
// dead letters, commits after the work. It must not know what a record means, nor which service reads it.

public import Kafka
public import Logging
import Store
import Synchronization

/// What became of a record.
public enum Outcome: Sendable, Hashable {
    /// It never has to be read again.
    case done
    /// It fails for now, and comes again after a wait. Its partition is held meanwhile; others go on.
    case later(reason: String)
    /// It fails for good: it goes to the dead letters, and the partition moves on.
    case dead(reason: String)
}

/// What a consumer did since it was made.
public struct ConsumptionCounters: Sendable, Hashable {
    /// Tries that failed and are made again.
    public var retries = 0
    /// Records that went to a dead-letter topic.
    public var dead = 0

    /// Nothing yet.
    public init() {}
}

/// One member of a consumer group, which hands each record to a handler.
///
/// At least once: an offset is committed after the work, so that a crash in between brings the record again. The handler
/// has to see that it did it before.
public final class GroupConsumer: Sendable {
    /// How long the records that are under way may take when the service ends: services have ten seconds.
    private static let patience = Duration.seconds(7)

    private let kafka: KafkaConfiguration
    private let group: String
    private let topics: [String]
    private let retryDelay: ClosedRange<Duration>
    private let concurrency: Int
    private let logger: Logger
    private let counts = Mutex(ConsumptionCounters())

    /// A member; it connects when it runs.
    ///
    /// - Parameters:
    ///   - retryDelay: the waits between tries of one record: about the first one at first, twice as long each time, at most
    ///     the last one.
    ///   - concurrency: how many records are worked at side by side, of one partition too. With more than 1 others may be
    ///     done before one that came before them.
    public init(
        kafka: KafkaConfiguration, group: String, topics: [String],
        retryDelay: ClosedRange<Duration> = .seconds(1) ... .seconds(60), concurrency: Int = 1, logger: Logger
    ) {
        self.kafka = kafka
        self.group = group
        self.topics = topics
        self.retryDelay = retryDelay
        self.concurrency = max(concurrency, 1)
        self.logger = logger
    }

    /// What it did since it was made.
    public var counters: ConsumptionCounters { counts.withLock(\.self) }

    /// Consumes until the task is cancelled; what is under way is finished first, and what is done is committed.
    ///
    /// - Parameter handle: called for as many records at a time as `concurrency` says. It doesn't see the cancellation,
    ///   unless it takes too long afterwards.
    /// - Throws: `KafkaError` where the configuration is wrong or the consumer is of no use any more.
    public func run(_ handle: @escaping @Sendable (KafkaRecord) async -> Outcome) async throws {
        let letters = try DeadLetterWriter(kafka, logger: logger)
        let consumer: KafkaConsumer
        do {
            consumer = try KafkaConsumer(kafka, group: group, topics: topics, logger: logger)
        } catch {
            await letters.close()
            throw error
        }
        let committer = OffsetCommitter(logger: logger) { record async throws(KafkaError) in try await consumer.commit(record) }
        // Not a child: what is done shall be committed though this task is cancelled.
        let commits = Task { await committer.run() }
        var failure: (any Error)?
        do {
            try await consume(Partitions(consumer, committer, retryDelay: retryDelay), consumer) { record in
                await self.settle(record, await handle(record), letters)
            }
        } catch {
            failure = error
        }
        committer.finish()
        await commits.value
        await consumer.close()
        await letters.close()
        if let failure { throw failure }
    }

    private func consume(
        _ partitions: Partitions, _ consumer: KafkaConsumer, work: @escaping @Sendable (KafkaRecord) async -> String?
    ) async throws {
        let crew = Crew()
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { await partitions.endWaits() }
            do {
                while let record = try await consumer.next() {
                    if let id = partitions.admit(record) {
                        crew.start {
                            guard let reason = await work(record) else { return partitions.finish(record, id) }
                            self.counts.withLock { $0.retries += 1 }
                            self.logger.warning("a message waits for another try", metadata: self.metadata(record, reason))
                            partitions.fail(record, id)
                        }
                        await crew.wait(until: concurrency - 1)
                    }
                }
            } catch {
                // What is under way has its effect all the same.
                await crew.finish(patience: GroupConsumer.patience)
                throw error
            }
            await crew.finish(patience: GroupConsumer.patience)
            group.cancelAll()
        }
    }

    /// Keeps the letter of what is dead. Returns why the record has to come again; nil: it is through.
    private func settle(_ record: KafkaRecord, _ outcome: Outcome, _ letters: DeadLetterWriter) async -> String? {
        let reason: String
        switch outcome {
        case .done: return nil
        case .later(let cause): return cause
        case .dead(let cause): reason = cause
        }
        do throws(KafkaError) {
            try await letters.add(record, reason: reason)
        } catch {
            return "\(reason); and the dead letter could not be kept: \(error)"
        }
        counts.withLock { $0.dead += 1 }
        logger.error("a message went to \(DeadLetterFormat.topic(of: record.topic))", metadata: metadata(record, reason))
        return nil
    }

    private func metadata(_ record: KafkaRecord, _ reason: String) -> Logger.Metadata {
        [
            "reason": "\(reason)", "topic": "\(record.topic)", "partition": "\(record.partition)",
            "offset": "\(record.offset)",
        ]
    }
}
