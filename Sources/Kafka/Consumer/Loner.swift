internal import Crdkafka
internal import Synchronization

/// A consumer without a group: it reads every partition, and looks for new ones from time to time.
final class Loner: Membership {
    /// How long a question to the broker may take; closing waits for it.
    private static let patience: Int32 = 1000

    private struct State: @unchecked Sendable {
        // `@unchecked` for the topics' pointers: used by the consumer's thread alone.
        var topics: [(name: String, topic: OpaquePointer?, isKnown: Bool)]
        var started: Set<KafkaPartition> = []
        var isSettled = false
        var next = ContinuousClock.now
        var retry = Duration.milliseconds(100)
    }

    private let start: KafkaConsumer.Start
    private let state: Mutex<State>

    init(_ topics: [String], _ start: KafkaConsumer.Start) {
        self.start = start
        state = Mutex(State(topics: Set(topics).sorted().map { ($0, nil, false) }))
    }

    func join(_ rk: OpaquePointer, control: OpaquePointer) throws(KafkaError) {
        try state.withLock { (state) throws(KafkaError) in
            for index in state.topics.indices {
                let name = state.topics[index].name
                guard let topic = rd_kafka_topic_new(rk, name, nil) else {
                    throw .configuration("\"\(name)\" can't be the name of a topic")
                }
                state.topics[index].topic = topic
            }
        }
    }

    func tend(_ core: ConsumerCore, _ rk: OpaquePointer, messages: OpaquePointer) -> Duration? {
        state.withLock { state in
            if ContinuousClock.now >= state.next {
                let isComplete = discover(&state, core, rk, messages)
                // New partitions are rare. A broker or a topic that isn't there is asked for more often, but not in a rush.
                state.retry = isComplete ? .milliseconds(100) : min(state.retry * 2, .seconds(1))
                state.next = .now + (isComplete ? .seconds(30) : state.retry)
            }
            return max(.zero, state.next - .now)
        }
    }

    func leave(_ rk: OpaquePointer, control: OpaquePointer) -> Bool {
        state.withLock { state in
            for partition in state.started {
                guard let topic = state.topics.first(where: { $0.name == partition.topic })?.topic else { continue }
                rd_kafka_consume_stop(topic, partition.partition)
            }
        }
        return false
    }

    func destroy() {
        state.withLock { state in
            for topic in state.topics { topic.topic.map { rd_kafka_topic_destroy($0) } }
            state.topics = []
        }
    }

    /// Starts reading partitions that are new. `false`: some topic has no answer yet.
    private func discover(
        _ state: inout State, _ core: ConsumerCore, _ rk: OpaquePointer, _ messages: OpaquePointer
    ) -> Bool {
        var (isComplete, isAnswered) = (true, true)
        for index in state.topics.indices {
            let (name, topic, isKnown) = state.topics[index]
            guard let topic else { continue }
            guard let count = partitionCount(of: topic, rk, core.log) else {
                (isComplete, isAnswered) = (false, false)
                continue
            }
            // No such topic yet: all that it will ever hold is new, and nothing is missed.
            if count == 0 { isComplete = false }
            var isTopicComplete = true
            for number in 0..<count {
                let partition = KafkaPartition(topic: name, partition: number)
                if state.started.contains(partition) { continue }
                guard let offset = firstOffset(of: partition, isNew: isKnown, rk, core.log) else {
                    isTopicComplete = false
                    continue
                }
                let wakeups = core.state.withLock { own in
                    let wakeups = own.assign([partition], isComplete: false)
                    rd_kafka_consume_start_queue(topic, number, offset, messages)
                    return wakeups
                }
                state.started.insert(partition)
                for wakeup in wakeups { wakeup.resume() }
            }
            if isTopicComplete { state.topics[index].isKnown = true } else { (isComplete, isAnswered) = (false, false) }
        }
        if isAnswered, !state.isSettled {
            state.isSettled = true
            for wakeup in core.state.withLock({ $0.assign([], isComplete: true) }) { wakeup.resume() }
        }
        return isComplete
    }

    /// 0: there is no such topic. `nil`: no answer.
    private func partitionCount(of topic: OpaquePointer, _ rk: OpaquePointer, _ log: KafkaLog) -> Int32? {
        var metadata: UnsafePointer<rd_kafka_metadata>?
        let error = rd_kafka_metadata(rk, 0, topic, &metadata, Self.patience)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR, let metadata else {
            log.error(KafkaError(error))
            return nil
        }
        defer { rd_kafka_metadata_destroy(metadata) }
        log.signOfLife()
        guard metadata.pointee.topic_cnt > 0, let found = metadata.pointee.topics?.pointee else { return nil }
        switch found.err {
        case RD_KAFKA_RESP_ERR_NO_ERROR: return found.partition_cnt
        case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC: return 0
        default:
            log.error(KafkaError(found.err))
            return nil
        }
    }

    /// `latest` is settled here, as a number: left to librdkafka, messages sent meanwhile would be missed.
    private func firstOffset(
        of partition: KafkaPartition, isNew: Bool, _ rk: OpaquePointer, _ log: KafkaLog
    ) -> Int64? {
        guard start == .latest, !isNew else { return Int64(RD_KAFKA_OFFSET_BEGINNING) }
        var low: Int64 = 0
        var high: Int64 = 0
        let error = rd_kafka_query_watermark_offsets(
            rk, partition.topic, partition.partition, &low, &high, Self.patience)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else {
            log.error(KafkaError(error))
            return nil
        }
        return high
    }
}
