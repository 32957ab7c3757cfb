internal import Crdkafka
internal import Logging
internal import Synchronization

/// The producer's handle and its thread, which waits for delivery reports and, at the end, destroys everything.
final class ProducerCore: Sendable {
    let state = Mutex(ProducerState())
    private let handle: KafkaHandle
    private let log: KafkaLog
    private let topics: TopicCache
    private let pacer: Pacer?
    private let servers: String
    private let isStopping = Atomic(false)
    // `nonisolated(unsafe)`: queues may be polled and woken from any thread; only the thread below destroys it, as the last.
    nonisolated(unsafe) private let queue: OpaquePointer

    init(_ configuration: KafkaConfiguration, logger: Logger) throws(KafkaError) {
        log = KafkaLog(logger, servers: configuration.bootstrapServers)
        handle = try KafkaHandle(
            .producer, configuration, defaults: .producer,
            events: RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_LOG, logs: true)
        topics = TopicCache()
        pacer = configuration.pacing.map { Pacer($0, configuration) }
        servers = configuration.bootstrapServers
        queue = rd_kafka_queue_get_main(handle.owned)
        rd_kafka_set_log_queue(handle.owned, nil)
        guard startThread({ self.run() }) else {
            handle.destroy { rd_kafka_queue_destroy(queue) }
            throw KafkaError(RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE, "No thread for the producer: the system's limit is reached")
        }
    }

    // MARK: Handing messages over

    enum HandOver { case all, full(from: Int), stopped(from: Int) }

    /// Hands messages over from `start` on, as many as the queue takes and the pacing lets through. A message that
    /// librdkafka refuses for another reason is reported as failed, and the next one follows.
    func handOver(_ messages: [KafkaMessage], from start: Int, batch: UInt64) -> HandOver {
        var next = start
        do throws(KafkaError) {
            return try handle.use { (rk) throws(KafkaError) in
                while next < messages.count {
                    let ticket = Ticket(batch: batch, index: next)
                    if let pacer, !pacer.admit(messages[next], ticket, rk) {
                        pacer.tend { self.makeSpace() }
                        return .full(from: next)
                    }
                    var code = handOver(messages[next], ticket, rk)
                    if code == RD_KAFKA_RESP_ERR__QUEUE_FULL {
                        if rd_kafka_outq_len(rk) > 0 {
                            pacer?.withdraw(ticket)
                            return .full(from: next)
                        }
                        // Nothing is ahead of it, or not any more: it goes now, or it never fits.
                        code = handOver(messages[next], ticket, rk)
                    }
                    next += 1
                    if code != RD_KAFKA_RESP_ERR_NO_ERROR {
                        report([(.init(code: code.rawValue), ticket)])
                        if !state.withLock({ $0.mayContinue(batch) }) { return .stopped(from: next) }
                    }
                }
                return .all
            }
        } catch {
            return .stopped(from: next)
        }
    }

    private func handOver(_ message: KafkaMessage, _ ticket: Ticket, _ rk: OpaquePointer) -> rd_kafka_resp_err_t {
        guard let topic = topics.topic(message.topic, in: rk) else { return RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION }
        return produce(message, to: topic.pointer, ticket, rk)
    }

    /// The error after which nothing can be sent any more. librdkafka fails messages for it a moment before it tells of it.
    var fatal: KafkaError? {
        if let fatal = state.withLock({ $0.fatal }) { return fatal }
        var text = [CChar](repeating: 0, count: 512)
        let code = try? handle.use { rd_kafka_fatal_error($0, &text, text.count) }
        guard let code, code != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
        let message = text.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } }
        return KafkaError(code: code.rawValue, message: message, isFatal: true)
    }

    /// The batch hands nothing more over.
    func endHandOver(_ batch: UInt64) {
        if let pacer, pacer.leave(batch) { makeSpace() }
    }

    /// Has all try again whose messages found no room.
    private func makeSpace() {
        for waiter in state.withLock({ $0.spaceMade() }) { waiter.resume() }
    }

    /// Notes reports, and resumes the senders whose batches they complete.
    func report(_ reports: [(ProducerState.Report, Ticket)]) {
        if let pacer {
            pacer.record(reports)
            pacer.tend { self.makeSpace() }
        }
        let complete = state.withLock { state in reports.compactMap { state.record($0.0, for: $0.1) } }
        for (waiter, reports) in complete { waiter.resume(returning: reports) }
    }

    /// Asks a broker for an answer, over the connection that is there. Blocks.
    func ping(timeout: Duration) throws(KafkaError) {
        var answer: UnsafePointer<rd_kafka_metadata>?
        let error = try handle.use { rd_kafka_metadata($0, 0, nil, &answer, max(1, timeout.milliseconds)) }
        rd_kafka_metadata_destroy(answer)
        if error != RD_KAFKA_RESP_ERR_NO_ERROR {
            throw KafkaError(error, "No answer from Kafka at \(servers) within \(timeout)")
        }
    }

    // MARK: The thread

    private func run() {
        while !isStopping.load(ordering: .acquiring) {
            let isFatal = state.withLock { $0.fatal != nil }
            // librdkafka fails what is queued only once. What was handed over or is to be tried again a moment later would
            // wait for ever, or until it times out.
            if isFatal { rd_kafka_purge(handle.owned, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_NON_BLOCKING) }
            if let event = rd_kafka_queue_poll(queue, isFatal ? 100 : -1) { handle(event) }
        }
        while let event = rd_kafka_queue_poll(queue, 0) { handle(event) }
        handle.destroy {
            topics.removeAll()
            rd_kafka_queue_destroy(queue)
        }
        pacer?.close()
        let (waiting, closers) = state.withLock { $0.closed() }
        for (waiter, reports) in waiting { waiter.resume(returning: reports) }
        for closer in closers { closer.resume() }
    }

    private func handle(_ event: OpaquePointer) {
        switch rd_kafka_event_type(event) {
        case RD_KAFKA_EVENT_DR:
            var reports: [(ProducerState.Report, Ticket)] = []
            reports.reserveCapacity(rd_kafka_event_message_count(event))
            while let message = rd_kafka_event_message_next(event)?.pointee {
                reports.append(
                    (
                        .init(code: message.err.rawValue, partition: message.partition, offset: message.offset),
                        Ticket(opaque: message._private)
                    ))
            }
            rd_kafka_event_destroy(event)  // this makes the room that the waiting are told of
            if reports.contains(where: { $0.0.code == 0 }) {
                log.signOfLife()
                pacer?.decide(handle.owned, isConnected: true)
            }
            report(reports)
        case RD_KAFKA_EVENT_ERROR:
            let error = KafkaError(event: event)
            rd_kafka_event_destroy(event)
            log.error(error)
            if error.isFatal { state.withLock { $0.fatal = error } }
        case RD_KAFKA_EVENT_LOG:
            log.log(event)
            rd_kafka_event_destroy(event)
        default: rd_kafka_event_destroy(event)
        }
        makeSpace()
    }

    // MARK: The end

    /// Flushes on a thread of its own, since the one above has to collect the reports, and then stops that one.
    func shutDown(timeout: Duration) {
        let finish: @Sendable () -> Void = { [self] in
            let left = try? handle.use { rk in
                _ = rd_kafka_flush(rk, timeout.milliseconds)
                let left = rd_kafka_outq_len(rk)
                if left > 0 {
                    // What is not delivered by now fails, and its senders are told.
                    _ = rd_kafka_purge(rk, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
                    _ = rd_kafka_flush(rk, 1000)
                }
                return left
            }
            if let left, left > 0 {
                log.warning("Closed the producer with \(left) messages that the broker hadn't taken in time")
            }
            isStopping.store(true, ordering: .releasing)
            try? handle.use { _ in rd_kafka_queue_yield(queue) }  // closed: the thread is through already
        }
        if !startThread(finish) { finish() }
    }
}

extension Duration {
    /// For librdkafka, which counts in milliseconds; at least 0, and no more than its numbers can hold.
    var milliseconds: Int32 {
        let (seconds, attoseconds) = components
        let milliseconds = Double(seconds) * 1000 + Double(attoseconds) / 1e15
        return Int32(min(max(0, milliseconds.rounded(.up)), Double(Int32.max)))
    }
}
