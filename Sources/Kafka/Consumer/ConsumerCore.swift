internal import Crdkafka
internal import Logging
internal import Synchronization

/// The consumer's handle, its queue of fetched messages, and its thread, which waits for everything else: rebalances,
/// results of commits, errors and logs. At the end that thread destroys everything.
///
/// Two queues, so that a rebalance is answered while a record is being worked on, and a message waits in librdkafka's
/// bounded queue until `next()` asks for it.
final class ConsumerCore: Sendable {
    /// Never taken by librdkafka's threads, so librdkafka may be called while it is held.
    let state = Mutex(ConsumerState())
    let signal = WakeSignal()
    let handle: KafkaHandle
    let log: KafkaLog
    private let membership: any Membership
    private let isStopping = Atomic(false)
    // `nonisolated(unsafe)`: queues may be used from any thread; the thread below destroys them when `handle` is shut.
    nonisolated(unsafe) private let messages: OpaquePointer
    nonisolated(unsafe) private let control: OpaquePointer

    init(
        _ configuration: KafkaConfiguration, group: String?, topics: [String], start: KafkaConsumer.Start, logger: Logger
    ) throws(KafkaError) {
        if topics.isEmpty || topics.contains("") { throw .configuration("A consumer needs the name of a topic") }
        if group == "" { throw .configuration("The name of a consumer group can't be empty") }
        log = KafkaLog(logger, servers: configuration.bootstrapServers)
        var configuration = configuration
        configuration.properties["group.id"] = nil  // the caller says, whatever the environment has
        var required = [("enable.auto.commit", "false"), ("enable.auto.offset.store", "false")]
        if let group {
            required += [("group.id", group), ("auto.offset.reset", start == .earliest ? "earliest" : "latest")]
        } else {
            // It starts at offsets of its own; only a topic that was made anew sends it back, and then nothing may be missed.
            required += [("auto.offset.reset", "earliest")]
        }
        handle = try KafkaHandle(
            .consumer, configuration, defaults: .consumer, required: required,
            events: RD_KAFKA_EVENT_REBALANCE | RD_KAFKA_EVENT_OFFSET_COMMIT | RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_LOG,
            logs: true)
        let rk = handle.owned
        messages = rd_kafka_queue_new(rk)
        control = rd_kafka_queue_new(rk)
        rd_kafka_set_log_queue(rk, control)
        let main = rd_kafka_queue_get_main(rk)
        rd_kafka_queue_forward(main, control)
        rd_kafka_queue_destroy(main)
        membership = group == nil ? Loner(topics, start) : Member(topics, configuration)
        // The signal outlives the queue: this object holds it, and the thread below holds this object.
        rd_kafka_queue_cb_event_enable(
            messages, { _, signal in signal.map { Unmanaged<WakeSignal>.fromOpaque($0).takeUnretainedValue().raise() } },
            Unmanaged.passUnretained(signal).toOpaque())
        do throws(KafkaError) {
            try membership.join(rk, control: control)
            if !startThread({ self.run() }) {
                throw KafkaError(
                    RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE, "No thread for the consumer: the system's limit is reached")
            }
        } catch {
            destroy()
            throw error
        }
    }

    // MARK: Reading

    enum Poll { case record(KafkaRecord), empty, closed, failed(KafkaError) }

    /// The next message that is there, if any. Never waits.
    func poll() -> Poll {
        var errors: [KafkaError] = []
        defer { for error in errors { log.error(error) } }
        do throws(KafkaError) {
            return try handle.use { _ in
                // The lock makes taking a message and looking its assignment up one step: no rebalance comes between.
                state.withLock { state in
                    guard state.isOpen else { return .closed }
                    while let message = rd_kafka_consume_queue(messages, 0) {
                        defer { rd_kafka_message_destroy(message) }
                        if message.pointee.err != RD_KAFKA_RESP_ERR_NO_ERROR {
                            let text = rd_kafka_message_errstr(message).map { String(cString: $0) }
                            errors.append(KafkaError(message.pointee.err, text))
                            continue
                        }
                        let partition = KafkaPartition(
                            topic: String(cString: rd_kafka_topic_name(message.pointee.rkt)),
                            partition: message.pointee.partition)
                        // What was fetched before the partition was taken away is somebody else's by now.
                        guard let assignment = state.assignment(of: partition) else { continue }
                        log.signOfLife()
                        return .record(KafkaRecord(message, partition: partition, assignment: assignment))
                    }
                    return state.fatal.map { .failed($0) } ?? .empty
                }
            }
        } catch {
            return .closed
        }
    }

    /// Asks for a commit; the answer comes to the thread below, by `id`.
    func commit(_ record: KafkaRecord, id: UInt64) throws(KafkaError) {
        let partition = KafkaPartition(topic: record.topic, partition: record.partition)
        let error = try handle.use { rk in
            withPartitionList([partition], offset: record.offset + 1) { list in
                rd_kafka_commit_queue(rk, list, control, nil, UnsafeMutableRawPointer(bitPattern: UInt(id)))
            }
        }
        if error != RD_KAFKA_RESP_ERR_NO_ERROR { throw KafkaError(error) }
    }

    // MARK: The thread

    private func run() {
        let rk = handle.owned
        while !isStopping.load(ordering: .acquiring) {
            let wait = membership.tend(self, rk, messages: messages)
            if let event = rd_kafka_queue_poll(control, wait?.milliseconds ?? -1) { handle(event, rk) }
        }
        // Whoever waits for a broker that is away doesn't want to wait here too.
        let deadline = ContinuousClock.now + .seconds(5)
        if membership.leave(rk, control: control) {
            while rd_kafka_consumer_closed(rk) == 0, ContinuousClock.now < deadline {
                if let event = rd_kafka_queue_poll(control, (deadline - .now).milliseconds) { handle(event, rk) }
            }
        }
        while let event = rd_kafka_queue_poll(control, 0) { handle(event, rk) }
        destroy()
        let (commits, wakeups) = state.withLock { $0.closed() }
        for commit in commits { commit.resume(returning: KafkaError.closed.code) }
        for wakeup in wakeups { wakeup.resume() }
    }

    private func handle(_ event: OpaquePointer, _ rk: OpaquePointer) {
        defer { rd_kafka_event_destroy(event) }
        switch rd_kafka_event_type(event) {
        case RD_KAFKA_EVENT_REBALANCE:
            log.signOfLife()
            rebalance(event, rk)
        case RD_KAFKA_EVENT_OFFSET_COMMIT:
            let id = UInt64(UInt(bitPattern: rd_kafka_event_opaque(event)))
            let commit = state.withLock { $0.endCommit(id) }
            commit?.resume(returning: rd_kafka_event_error(event).rawValue)
        case RD_KAFKA_EVENT_ERROR:
            let error = KafkaError(event: event)
            log.error(error)
            if error.isFatal {
                state.withLock { $0.fatal = error }
                signal.raise()
            }
        case RD_KAFKA_EVENT_LOG: log.log(event)
        default: break
        }
    }

    /// Takes partitions over or gives them up, as the group decided.
    private func rebalance(_ event: OpaquePointer, _ rk: OpaquePointer) {
        guard let list = rd_kafka_event_topic_partition_list(event) else { return }
        let partitions = list.partitions
        let isCooperative = rd_kafka_rebalance_protocol(rk).map { String(cString: $0) } == "COOPERATIVE"
        let isAssigned = rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS
        if isAssigned { for partition in list.elements { forward(partition, rk) } }
        let wakeups = state.withLock { state in
            // Inside the lock, and ours before librdkafka's, so that no message is read under a wrong assignment.
            let wakeups = isAssigned ? state.assign(partitions) : state.revoke(isCooperative ? partitions : nil)
            if isCooperative {
                let error = isAssigned ? rd_kafka_incremental_assign(rk, list) : rd_kafka_incremental_unassign(rk, list)
                if let error { log.error(KafkaError(consuming: error)) }
            } else {
                _ = rd_kafka_assign(rk, isAssigned ? list : nil)
            }
            return wakeups
        }
        log.debug("\(isAssigned ? "Assigned" : "Revoked") \(partitions.map { "\($0.topic)/\($0.partition)" })")
        for wakeup in wakeups { wakeup.resume() }
    }

    /// Has the partition's messages come to the queue that only `poll()` reads.
    private func forward(_ partition: rd_kafka_topic_partition_t, _ rk: OpaquePointer) {
        guard let queue = rd_kafka_queue_get_partition(rk, partition.topic, partition.partition) else { return }
        rd_kafka_queue_forward(queue, messages)
        rd_kafka_queue_destroy(queue)
    }

    // MARK: The end

    func shutDown() {
        signal.close()
        isStopping.store(true, ordering: .releasing)
        try? handle.use { _ in rd_kafka_queue_yield(control) }  // closed: the thread is through already
    }

    private func destroy() {
        handle.destroy {
            rd_kafka_queue_cb_event_enable(messages, nil, nil)
            membership.destroy()
            rd_kafka_queue_destroy(messages)
            rd_kafka_queue_destroy(control)
        }
    }
}
