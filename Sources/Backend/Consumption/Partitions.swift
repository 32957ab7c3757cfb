import Kafka
import Synchronization

/// How far each partition is, and which of them wait for another try.
final class Partitions: Sendable {
    /// A partition that is held for a while.
    private struct Hold {
        var partition: KafkaPartition
        var number: UInt64
        var wait: Duration
    }

    private struct State {
        var windows: [KafkaPartition: PartitionWindow] = [:]
        var lastID: UInt64 = 0
    }

    private let consumer: KafkaConsumer
    private let committer: OffsetCommitter
    private let retryDelay: ClosedRange<Duration>
    /// Held while the consumer goes back, too: two that fail at once would else leave it at the later one.
    private let state = Mutex(State())
    private let holds: AsyncStream<Hold>
    private let feed: AsyncStream<Hold>.Continuation

    init(_ consumer: KafkaConsumer, _ committer: OffsetCommitter, retryDelay: ClosedRange<Duration>) {
        self.consumer = consumer
        self.committer = committer
        self.retryDelay = retryDelay
        (holds, feed) = AsyncStream.makeStream(of: Hold.self)
    }

    /// The number under which the record is to be worked at; nil: not now, it comes again.
    func admit(_ record: KafkaRecord) -> UInt64? {
        state.withLock { state in
            state.lastID += 1
            let id = state.lastID
            while true {
                switch state.windows[place(of: record), default: window(record)].admit(record, id: id) {
                case .work: return id
                case .pass: return nil
                case .through:
                    committer.done(record)
                    return nil
                case .goBack(let failed):
                    // Where the partition is gone, what became of this one doesn't matter.
                    if consumer.seek(to: failed) { return nil }
                }
            }
        }
    }

    /// The record is through.
    func finish(_ record: KafkaRecord, _ id: UInt64) {
        state.withLock { state in
            // Under the lock: offsets must not be told out of order.
            if let through = state.windows[place(of: record)]?.finish(id) { committer.done(through) }
        }
    }

    /// The record failed for now.
    func fail(_ record: KafkaRecord, _ id: UInt64) {
        state.withLock { state in
            let partition = place(of: record)
            switch state.windows[partition]?.fail(id) {
            case .hold(let wait, let number)?:
                // First the pause: it remembers where to go on, and the seek corrects that.
                consumer.pause(topic: record.topic, partition: record.partition)
                consumer.seek(to: record)
                feed.yield(Hold(partition: partition, number: number, wait: wait))
            case .goBack?: consumer.seek(to: record)
            case .passed?, nil: break
            }
        }
    }

    /// Lets partitions go on when their wait is over, until the task is cancelled.
    func endWaits() async {
        await withDiscardingTaskGroup { group in
            for await hold in holds {
                group.addTask { await self.end(hold) }
            }
        }
    }

    private func end(_ hold: Hold) async {
        guard (try? await Task.sleep(for: hold.wait)) != nil else { return }
        // A partition that was taken away may come back still paused.
        _ = await consumer.waitForAssignment { $0.contains(hold.partition) }
        state.withLock { state in
            guard state.windows[hold.partition]?.release(hold.number) == true else { return }
            consumer.resume(topic: hold.partition.topic, partition: hold.partition.partition)
        }
    }

    private func window(_ record: KafkaRecord) -> PartitionWindow {
        PartitionWindow(record.assignment, retryDelay: retryDelay)
    }

    private func place(of record: KafkaRecord) -> KafkaPartition {
        KafkaPartition(topic: record.topic, partition: record.partition)
    }
}
