import Consumption
public import FoundationEssentials
public import Kafka
import Logging
import Store

/// What became of a letter that was to be sent back.
public struct DeadLetterRetry: Sendable, Hashable {
    /// How it went.
    public enum Outcome: Sendable, Hashable {
        /// It is in its topic again. `markError`: but the mark could not be kept, so that it is still listed.
        case sent(KafkaDelivery, markError: KafkaError?)
        /// A dry run: it would be sent to this topic.
        case wouldBeSent(to: String)
        /// It was sent back before, and nobody asked for that again.
        case retriedBefore(Date)
        /// There is no such letter (any more).
        case missing
        /// It can't be sent back, whatever is tried; why.
        case unusable(String)
        /// The broker didn't take it. It still waits.
        case failed(KafkaError)
    }

    /// The letter.
    public let id: DeadLetterID
    /// What became of it.
    public let outcome: Outcome

    package init(id: DeadLetterID, outcome: Outcome) {
        self.id = id
        self.outcome = outcome
    }

    /// Whether what was asked for is done.
    public var isSuccess: Bool {
        switch outcome {
        case .sent(_, nil), .wouldBeSent: true
        case .sent, .retriedBefore, .missing, .unusable, .failed: false
        }
    }
}

extension DeadLetterQueue {
    /// Sends letters back to the topics that they came from, with their own key, value and headers, and `retried_from`.
    ///
    /// First the broker has the message, then the mark: what ends in between leaves a letter that waits though it was sent,
    /// and consumers do nothing twice.
    ///
    /// - Parameters:
    ///   - again: those too that were sent back before.
    ///   - dryRun: sends nothing.
    /// - Returns: one for each id, in their order.
    /// - Throws: `DeadLetterError.unknownTopic`; `KafkaError` where the letters can't be read; `CancellationError`.
    public func retry(_ ids: [DeadLetterID], again: Bool = false, dryRun: Bool = false) async throws -> [DeadLetterRetry] {
        let found = try await find(Set(ids))
        var outcomes: [DeadLetterID: DeadLetterRetry.Outcome] = [:]
        var records: [KafkaRecord] = []
        for id in ids where outcomes[id] == nil {
            guard let (record, retries) = found[id] else {
                outcomes[id] = .missing
                continue
            }
            if let last = retries.last, !again {
                outcomes[id] = .retriedBefore(last)
            } else if !records.contains(where: { $0.id == id }) {
                records.append(record)
            }
        }
        let sender = try dryRun ? nil : KafkaProducer(source.kafka.allowingRepeats, logger: source.logger)
        for result in await send(records, with: sender) { outcomes[result.id] = result.outcome }
        await sender?.close()
        return ids.map { DeadLetterRetry(id: $0, outcome: outcomes[$0] ?? .missing) }
    }

    /// Sends back all letters that wait now, in their order in each partition, a page at a time. One that fails again comes
    /// back as a new letter, which is left for the next call.
    ///
    /// - Parameter each: told of each letter as soon as it is through.
    /// - Throws: `DeadLetterError.unknownTopic`; `KafkaError` where the letters can't be read, or nothing can be sent;
    ///   `CancellationError`.
    public func retryAll(
        topic: String? = nil, dryRun: Bool = false, each: @escaping @Sendable (DeadLetterRetry) -> Void
    ) async throws {
        let survey = try await survey(topic)
        let sender = try dryRun ? nil : KafkaProducer(source.kafka.allowingRepeats, logger: source.logger)
        let page = RetryPage { records in
            let results = await send(records, with: sender)
            results.forEach(each)
            // A broker that takes nothing: the next page would take just as long to fail.
            let failures = results.compactMap { if case .failed(let error) = $0.outcome { error } else { nil } }
            if let error = failures.first, failures.count == results.count { throw error }
        }
        let end: Result<Void, any Error>
        do {
            try await source.read(survey.places) { record in
                if Mark(record) == nil, !survey.isRetried(record.id) { try await page.add(record) }
            }
            end = .success(try await page.flush())
        } catch {
            end = .failure(error)
        }
        await sender?.close()
        try end.get()
    }

    /// - Parameter sender: nil: a dry run.
    private func send(_ records: [KafkaRecord], with sender: KafkaProducer?) async -> [DeadLetterRetry] {
        var outcomes: [DeadLetterRetry.Outcome] = []
        var messages: [(index: Int, message: KafkaMessage)] = []
        for (index, record) in records.enumerated() {
            switch DeadLetterQueue.message(from: record) {
            case .success(let message):
                messages.append((index, message))
                outcomes.append(.wouldBeSent(to: message.topic))
            case .failure(let fault): outcomes.append(.unusable(fault.text))
            }
        }
        if let sender {
            let deliveries = await sender.send(contentsOf: messages.map(\.message))
            var sent: [(index: Int, delivery: KafkaDelivery)] = []
            for ((index, _), result) in zip(messages, deliveries) {
                switch result {
                case .success(let delivery): sent.append((index, delivery))
                case .failure(let error): outcomes[index] = .failed(error)
                }
            }
            // Not to be left out by a cancellation that comes just now.
            let marks = sent.map { Mark.message(for: records[$0.index].id) }
            let marked = await Task { await sender.send(contentsOf: marks) }.value
            for ((index, delivery), result) in zip(sent, marked) {
                if case .failure(let error) = result {
                    outcomes[index] = .sent(delivery, markError: error)
                } else {
                    outcomes[index] = .sent(delivery, markError: nil)
                }
            }
        }
        return zip(records, outcomes).map { DeadLetterRetry(id: $0.id, outcome: $1) }
    }

    private struct Fault: Error {
        var text: String
    }

    /// The message that the letter was. The header could name any topic, but only one has its dead letters here.
    private static func message(from record: KafkaRecord) -> Result<KafkaMessage, Fault> {
        guard let letter = DeadLetter(record), let topic = letter.originTopic,
            topic == DeadLetterFormat.origin(of: record.topic)
        else { return .failure(Fault(text: "it doesn't say that it came from the topic whose dead letters these are")) }
        if letter.isValueOmitted {
            let place = "\(topic)/\(letter.originPartition ?? "?")/\(letter.originOffset ?? "?")"
            return .failure(Fault(text: "its \(letter.size) bytes were too many to be kept here; see \(place)"))
        }
        let headers =
            DeadLetterFormat.ownHeaders(of: record).filter { $0.name != DeadLetterFormat.retriedFrom }
            + [KafkaHeader(name: DeadLetterFormat.retriedFrom, value: letter.id.description)]
        return .success(KafkaMessage(topic: topic, key: record.key, value: record.value, headers: headers))
    }
}

extension KafkaRecord {
    fileprivate var id: DeadLetterID { DeadLetterID(topic: topic, partition: partition, offset: offset) }
}

/// Letters on their way, held until there are enough to be sent together.
private actor RetryPage {
    private static let maxCount = 100
    private static let maxBytes = 4 << 20

    private let send: @Sendable ([KafkaRecord]) async throws -> Void
    private var records: [KafkaRecord] = []
    private var bytes = 0

    init(send: @escaping @Sendable ([KafkaRecord]) async throws -> Void) { self.send = send }

    func add(_ record: KafkaRecord) async throws {
        records.append(record)
        bytes += record.value.count
        if records.count >= RetryPage.maxCount || bytes >= RetryPage.maxBytes { try await flush() }
    }

    func flush() async throws {
        if records.isEmpty { return }
        let page = records
        (records, bytes) = ([], 0)
        try await send(page)
    }
}
