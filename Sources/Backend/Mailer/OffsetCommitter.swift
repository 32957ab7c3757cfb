import Kafka
import Logging
import Synchronization

/// Commits what is done, off the way of the work.
///
/// While one commit is under way, the newest record of each partition waits: many records that came together cost one
/// commit, a single one is committed at once, and offsets never go back. A commit that is lost costs a redelivery, nothing else.
final class OffsetCommitter: Sendable {
    private let consumer: KafkaConsumer
    private let logger: Logger
    private let pending = Mutex<[KafkaPartition: KafkaRecord]>([:])
    private let wakeups: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation

    init(consumer: KafkaConsumer, logger: Logger) {
        self.consumer = consumer
        self.logger = logger
        (wakeups, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// The record and all before it in its partition are done.
    func done(_ record: KafkaRecord) {
        pending.withLock { $0[KafkaPartition(topic: record.topic, partition: record.partition)] = record }
        wake.yield()
    }

    /// Commits until ``finish()``.
    func run() async {
        for await _ in wakeups { await commitPending() }
        await commitPending()
    }

    /// No record comes any more: `run()` commits what waits and returns.
    func finish() { wake.finish() }

    private func commitPending() async {
        let records = pending.withLock { pending in
            defer { pending = [:] }
            return pending
        }
        for (_, record) in records.sorted(by: { $0.key < $1.key }) {
            do {
                try await consumer.commit(record)
            } catch {
                logger.warning("an offset was not committed; its message may come again", metadata: ["error": "\(error)"])
            }
        }
    }
}
