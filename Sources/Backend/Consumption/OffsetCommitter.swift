package import Kafka
package import Logging
import Synchronization

/// Commits what is done, off the way of the work.
///
/// While one commit is under way, the newest record of each partition waits: many records that came together cost one
/// commit, a single one is committed at once, and offsets never go back. A commit that fails for now is tried again: others
/// may wait for the group's progress though no more records come.
package final class OffsetCommitter: Sendable {
    private let commit: @Sendable (KafkaRecord) async throws(KafkaError) -> Void
    private let retryDelay: ClosedRange<Duration>
    private let logger: Logger
    private let pending = Mutex<[KafkaPartition: KafkaRecord]>([:])
    private let wakeups: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation

    package init(
        retryDelay: ClosedRange<Duration> = .milliseconds(100) ... .seconds(5), logger: Logger,
        commit: @escaping @Sendable (KafkaRecord) async throws(KafkaError) -> Void
    ) {
        self.commit = commit
        self.retryDelay = retryDelay
        self.logger = logger
        (wakeups, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// The record and all before it in its partition are done.
    package func done(_ record: KafkaRecord) {
        pending.withLock { $0[KafkaPartition(topic: record.topic, partition: record.partition)] = record }
        wake.yield()
    }

    /// Commits until ``finish()``.
    package func run() async {
        var backoff = Backoff(retryDelay)
        for await _ in wakeups {
            if await commitPending() {
                backoff = Backoff(retryDelay)
            } else {
                let (wait, wake) = (backoff.next(), wake)
                Task {
                    try? await Task.sleep(for: wait)
                    wake.yield()
                }
            }
        }
        _ = await commitPending()
    }

    /// No record comes any more: `run()` commits what waits and returns.
    package func finish() { wake.finish() }

    /// `false`: something waits for another try.
    private func commitPending() async -> Bool {
        let records = pending.withLock { pending in
            defer { pending = [:] }
            return pending
        }
        var isThrough = true
        for (partition, record) in records.sorted(by: { $0.key < $1.key }) {
            do throws(KafkaError) {
                try await commit(record)
            } catch {
                logger.warning("an offset was not committed; its message may come again", metadata: ["error": "\(error)"])
                guard error.isRetriable else { continue }
                isThrough = false
                // Unless more was done meanwhile.
                pending.withLock { $0[partition] = $0[partition] ?? record }
            }
        }
        return isThrough
    }
}
