internal import Crdkafka
public import Logging
internal import Synchronization

/// Reads messages one by one. Back pressure is not asking: only a bounded number of messages is fetched ahead.
public final class KafkaConsumer: Sendable {
    /// Where to start in a partition that the group committed nothing in, or that is read without a group.
    public enum Start: Sendable, Hashable { case earliest, latest }

    private let core: ConsumerCore
    private let hasGroup: Bool

    /// Starts a consumer. It connects by itself, and an unreachable broker or a missing topic is no error: it waits.
    /// - Parameter group: shares the partitions among its members and remembers commits; `nil`: this consumer reads
    ///   all partitions and commits nothing.
    /// - Throws: an error of kind `.configuration` that names what is wrong.
    public init(
        _ configuration: KafkaConfiguration, group: String?, topics: [String], start: Start = .earliest, logger: Logger
    ) throws(KafkaError) {
        hasGroup = group != nil
        core = try ConsumerCore(configuration, group: group, topics: topics, start: start, logger: logger)
    }

    deinit { close(nil) }

    // MARK: Reading

    /// The next message, as soon as there is one. `nil` once the consumer is closed or the task is cancelled.
    ///
    /// Waits as long as the brokers are away. Runs where the caller runs: changing threads for each record costs more
    /// than all the rest.
    /// - Throws: what ends this consumer for good (`isFatal`).
    nonisolated(nonsending) public func next() async throws(KafkaError) -> KafkaRecord? {
        while !Task.isCancelled {
            let generation = core.signal.generation
            switch core.poll() {
            case .record(let record): return record
            case .closed: return nil
            case .failed(let error): throw error
            case .empty: await core.signal.wait(since: generation)
            }
        }
        return nil
    }

    /// Tells the group that the records of this partition up to this one are done.
    ///
    /// Nothing happens, but for a line in the log, where the partition was taken away since: another member reads
    /// the record again.
    /// - Throws: `isRetriable` tells whether another try may go through.
    nonisolated(nonsending) public func commit(_ record: KafkaRecord) async throws(KafkaError) {
        guard hasGroup else {
            throw KafkaError(RD_KAFKA_RESP_ERR__UNKNOWN_GROUP, "A consumer without a group has nothing to commit to")
        }
        guard !Task.isCancelled else { throw .cancelled }
        let (isCurrent, id) = core.state.withLock { ($0.isCurrent(record), $0.newID()) }
        guard isCurrent else { return refuse(record) }
        let code = await withTaskCancellationHandler {
            await withCheckedContinuation { commit in
                guard core.state.withLock({ $0.beginCommit(id, commit) }) else {
                    return commit.resume(returning: KafkaError.closed.code)
                }
                do throws(KafkaError) {
                    try core.commit(record, id: id)
                } catch {
                    core.state.withLock { $0.endCommit(id) }?.resume(returning: error.code)
                }
                if Task.isCancelled { cancelCommit(id) }
            }
        } onCancel: {
            cancelCommit(id)
        }
        try check(code, record)
    }

    // MARK: Partitions

    /// Stops handing out records of this partition, while others go on. `false`: the partition isn't ours (any more).
    @discardableResult
    public func pause(topic: String, partition: Int32) -> Bool {
        change(KafkaPartition(topic: topic, partition: partition)) { rd_kafka_pause_partitions($0, $1) }
    }

    /// Goes on after `pause`. `false`: the partition isn't ours (any more).
    @discardableResult
    public func resume(topic: String, partition: Int32) -> Bool {
        change(KafkaPartition(topic: topic, partition: partition)) { rd_kafka_resume_partitions($0, $1) }
    }

    /// Goes back (or on) to this record: it is the next one of its partition. `false`: the partition was taken away.
    @discardableResult
    public func seek(to record: KafkaRecord) -> Bool {
        let partition = KafkaPartition(topic: record.topic, partition: record.partition)
        return change(partition, offset: record.offset, if: { $0.isCurrent(record) }) { rk, list in
            guard let error = rd_kafka_seek_partitions(rk, list, 0) else { return RD_KAFKA_RESP_ERR_NO_ERROR }
            defer { rd_kafka_error_destroy(error) }
            return rd_kafka_error_code(error)
        }
    }

    /// The partitions that are ours now, sorted.
    public func assignment() -> [KafkaPartition] { core.state.withLock { $0.assigned } }

    /// Waits for the first assignment, which may be empty where a group has more members than partitions.
    ///
    /// A consumer without a group that starts at the end misses nothing that is sent after this.
    /// Returns what is assigned; nothing once the consumer is closed or the task is cancelled.
    public func waitUntilAssigned() async -> [KafkaPartition] { await waitForAssignment { _ in true } }

    /// Waits until the assignment meets a condition.
    package func waitForAssignment(
        _ condition: @escaping @Sendable (Set<KafkaPartition>) -> Bool
    ) async -> [KafkaPartition] {
        let id = core.state.withLock { $0.newID() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { wakeup in
                let waits = !Task.isCancelled && core.state.withLock { $0.watch(id, condition, wakeup) }
                if !waits { return wakeup.resume() }
                if Task.isCancelled { core.state.withLock { $0.cancelWatch(id) }?.resume() }
            }
        } onCancel: {
            core.state.withLock { $0.cancelWatch(id) }?.resume()
        }
        return assignment()
    }

    /// How far each of our partitions is read, without asking the broker.
    public func progress() -> [KafkaProgress] {
        let partitions = assignment()
        let progress = try? core.handle.use { rk in
            withPartitionList(partitions) { list in
                _ = rd_kafka_position(rk, list)
                return list.elements.map { KafkaProgress($0, in: rk) }
            }
        }
        return progress ?? []
    }

    // MARK: The end

    /// Leaves the group, so that others take over at once, and ends. A pending `next()` returns `nil`.
    public func close() async {
        await withCheckedContinuation { close($0) }
    }

    private func close(_ closer: CheckedContinuation<Void, Never>?) {
        switch core.state.withLock({ $0.close(closer) }) {
        case .start: core.shutDown()
        case .wait: break
        case .done: closer?.resume()
        }
    }

    // MARK: Details

    private func cancelCommit(_ id: UInt64) {
        core.state.withLock { $0.endCommit(id) }?.resume(returning: KafkaError.cancelled.code)
    }

    private func check(_ code: Int32, _ record: KafkaRecord) throws(KafkaError) {
        switch rd_kafka_resp_err_t(code) {
        case RD_KAFKA_RESP_ERR_NO_ERROR: return
        case RD_KAFKA_RESP_ERR__DESTROY: throw .closed
        case RD_KAFKA_RESP_ERR__INTR: throw .cancelled
        // The group went on without us, and the rebalance that says so is on its way.
        case RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION, RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID, RD_KAFKA_RESP_ERR__ASSIGNMENT_LOST:
            refuse(record)
        case let error:
            let place = "\(record.topic)/\(record.partition) at \(record.offset)"
            throw KafkaError(error, "Committing \(place) failed: \(KafkaError(error).message)")
        }
    }

    private func refuse(_ record: KafkaRecord) {
        core.log.debug(
            "No commit of \(record.topic)/\(record.partition) at \(record.offset): the partition was taken away since")
    }

    private func change(
        _ partition: KafkaPartition, offset: Int64? = nil, if isWanted: (borrowing ConsumerState) -> Bool = { _ in true },
        _ body: (OpaquePointer, PartitionList) -> rd_kafka_resp_err_t
    ) -> Bool {
        let changed = try? core.handle.use { rk in
            core.state.withLock { state in
                guard state.assignment(of: partition) != nil, isWanted(state) else { return false }
                return withPartitionList([partition], offset: offset) { body(rk, $0) == RD_KAFKA_RESP_ERR_NO_ERROR }
            }
        }
        return changed ?? false
    }
}

/// How far a partition is read.
public struct KafkaProgress: Sendable, Hashable {
    /// The partition that this is about.
    public let partition: KafkaPartition
    /// The offset after the last record that was handed out; `nil` before the first.
    public let position: Int64?
    /// The offset that the next message sent gets, as far as known from the last fetch.
    public let end: Int64?
    /// How many messages are still to be read.
    public var lag: Int64? { position.flatMap { position in end.map { max(0, $0 - position) } } }

    init(_ element: rd_kafka_topic_partition_t, in rk: OpaquePointer) {
        partition = KafkaPartition(topic: String(cString: element.topic), partition: element.partition)
        position = element.offset >= 0 ? element.offset : nil
        var low: Int64 = -1
        var high: Int64 = -1
        rd_kafka_get_watermark_offsets(rk, element.topic, element.partition, &low, &high)
        end = high >= 0 ? high : nil
    }
}
