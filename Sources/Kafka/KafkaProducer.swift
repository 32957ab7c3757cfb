public import Logging
internal import Synchronization

/// Sends messages: idempotent, acknowledged by all replicas in sync, in order for each key.
///
/// To be closed in the end: one that is merely dropped discards what is not delivered yet.
public final class KafkaProducer: Sendable {
    private let core: ProducerCore

    /// Starts a producer. It connects by itself, and an unreachable broker is no error.
    /// - Throws: an error of kind `.configuration` that names the wrong property.
    public init(_ configuration: KafkaConfiguration, logger: Logger) throws(KafkaError) {
        core = try ProducerCore(configuration, logger: logger)
    }

    deinit { close(nil, timeout: .zero) }

    /// Sends one message, and returns when the broker has it.
    ///
    /// Waits while the local queue is full or the configuration's `pacing` says so, and tries again by itself until `message.timeout.ms` (30 s) is over.
    /// A cancelled task gets an error of kind `.cancelled` at once, though the message may still be delivered.
    /// - Throws: `isRetriable` tells whether the same message may go through later.
    public func send(_ message: KafkaMessage) async throws(KafkaError) -> KafkaDelivery {
        let results = await send(contentsOf: [message])
        guard let result = results.first else { throw .closed }
        return try result.get()
    }

    /// Sends messages in this order, and returns one result for each, in the same order, when all are known.
    ///
    /// The fast way for many messages. One that fails does not stop those behind it, unless `untilFailure`: then none of
    /// them is handed over any more once a failure is known, and those left fail too. Those that librdkafka has by then may
    /// still go out, but for what `enable.gapless.guarantee` keeps from that.
    public func send(
        contentsOf messages: [KafkaMessage], untilFailure: Bool = false
    ) async -> [Result<KafkaDelivery, KafkaError>] {
        guard messages.count <= Ticket.maxCount else {
            let head = await send(contentsOf: Array(messages.prefix(Ticket.maxCount)), untilFailure: untilFailure)
            let rest = Array(messages.dropFirst(Ticket.maxCount))
            if untilFailure, head.contains(where: \.isFailure) { return head + rest.map { _ in .failure(.heldUp) } }
            return await head + send(contentsOf: rest, untilFailure: untilFailure)
        }
        if messages.isEmpty { return [] }
        if Task.isCancelled { return messages.map { _ in .failure(.cancelled) } }
        guard let batch = core.state.withLock({ $0.begin(count: messages.count, untilFailure: untilFailure) }) else {
            return messages.map { _ in .failure(.closed) }
        }
        return await withTaskCancellationHandler {
            await handOver(messages, batch: batch)
            let reports = await withCheckedContinuation { waiter in
                let known = core.state.withLock { $0.wait(for: batch, waiter) }
                if let known { waiter.resume(returning: known) }
            }
            // What has no report was overtaken by one of two ends.
            let missing: KafkaError = Task.isCancelled ? .cancelled : .closed
            return messages.indices.map { index in
                guard index < reports.count, let report = reports[index] else { return .failure(missing) }
                return result(report, of: messages[index])
            }
        } onCancel: {
            let waiting = core.state.withLock { $0.cancel(batch) }
            if let (waiter, reports) = waiting.reports { waiter.resume(returning: reports) }
            waiting.space?.resume()
        }
    }

    /// Asks a broker for an answer, over the connection that is there: for a check of readiness.
    /// - Throws: retriable, where none answers within `timeout`.
    public func ping(timeout: Duration = .seconds(2)) async throws(KafkaError) {
        let core = core
        let result = await onThread { () -> Result<Void, KafkaError> in
            do throws(KafkaError) {
                return .success(try core.ping(timeout: timeout))
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    /// Delivers what is on its way, for at most `timeout`, and then ends. Sends that are not done by then, and later
    /// ones, fail with an error of kind `.closed`.
    public func close(timeout: Duration = .seconds(5)) async {
        await withCheckedContinuation { close($0, timeout: timeout) }
    }

    private func close(_ closer: CheckedContinuation<Void, Never>?, timeout: Duration) {
        let (close, wake) = core.state.withLock { $0.close(closer) }
        for waiter in wake { waiter.resume() }
        switch close {
        case .start: core.shutDown(timeout: timeout)
        case .wait: break
        case .done: closer?.resume()
        }
    }

    /// Hands all messages over, waiting for room where the queue is full.
    private func handOver(_ messages: [KafkaMessage], batch: UInt64) async {
        defer { core.endHandOver(batch) }
        var next = 0
        handingOver: while let generation = core.state.withLock({ $0.mayContinue(batch) ? $0.spaceGeneration : nil }) {
            switch core.handOver(messages, from: next, batch: batch) {
            case .all: return
            case .stopped(let from):
                next = from
                break handingOver
            case .full(let from):
                next = from
                await withCheckedContinuation { waiter in
                    let waits = core.state.withLock { $0.waitForSpace(since: generation, batch: batch, waiter) }
                    if !waits { waiter.resume() }
                }
            }
        }
        // Cancelled: what has no report says so. Else the batch must become complete without the rest.
        guard let reason = core.state.withLock({ $0.reasonToStop(batch) }) else { return }
        let report = ProducerState.Report(code: reason.code)
        core.report((next..<messages.count).map { (report, Ticket(batch: batch, index: $0)) })
    }

    private func result(
        _ report: ProducerState.Report, of message: KafkaMessage
    ) -> Result<KafkaDelivery, KafkaError> {
        if report.code == 0 {
            return .success(KafkaDelivery(topic: message.topic, partition: report.partition, offset: report.offset))
        }
        if let fatal = core.fatal { return .failure(fatal) }
        let error = KafkaError(code: report.code)
        if error.kind == .closed { return .failure(.closed) }
        if error.code == KafkaError.heldUp.code { return .failure(.heldUp) }
        return .failure(KafkaError(code: report.code, message: "Sending to \(message.topic) failed: \(error.message)"))
    }
}

extension Result {
    fileprivate var isFailure: Bool { if case .failure = self { true } else { false } }
}
