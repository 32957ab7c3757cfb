import Consumption
public import FoundationEssentials
public import Kafka
public import Logging
import Store
import Synchronization

/// The letters that wait for an operator.
public struct DeadLetterList: Sendable, Hashable {
    /// The newest last.
    public var letters: [DeadLetter]
    /// How many wait in all; the oldest may not be in `letters`.
    public var count: Int

    package init(letters: [DeadLetter], count: Int) {
        self.letters = letters
        self.count = count
    }
}

/// A whole letter.
public struct DeadLetterContents: Sendable, Hashable {
    /// What is known of it.
    public let letter: DeadLetter
    /// All of them, ours too.
    public let headers: [KafkaHeader]
    /// The message itself, byte for byte; empty where it was too large to be kept.
    public let value: [UInt8]
    /// When it was sent back, each time.
    public let retries: [Date]

    /// Nil: the record is no letter.
    package init?(_ record: KafkaRecord, retries: [Date]) {
        guard let letter = DeadLetter(record) else { return nil }
        (self.letter, headers, value, self.retries) = (letter, record.headers, record.value, retries)
    }
}

/// The dead-letter topics, for an operator.
///
/// Kafka can't delete one message. A letter that was sent back is followed by a mark in its partition, a message whose
/// header `retried` names it; a letter with a mark waits no more. Retention, which deletes from the front, takes the letter
/// before its mark. Reading goes through all that the topics keep, but holds only a page of it.
public struct DeadLetterQueue: Sendable {
    /// The topics that keep dead letters.
    public static let topics = [Topics.eventsDeadLetters, Topics.commandsDeadLetters]

    let source: LetterSource

    /// The dead letters of this broker. Nothing connects until it is asked for them.
    public init(kafka: KafkaConfiguration, logger: Logger) { self.init(kafka: kafka, timeout: .seconds(5), logger: logger) }

    /// - Parameter timeout: for each question to the broker.
    package init(kafka: KafkaConfiguration, timeout: Duration, logger: Logger) {
        source = LetterSource(kafka: kafka, timeout: timeout, logger: logger)
    }

    /// The letters that wait: neither sent back nor deleted by retention.
    ///
    /// - Parameters:
    ///   - topic: `events.dlq`, or `events` for the same; nil for all.
    ///   - limit: how many of the newest are wanted.
    /// - Throws: `DeadLetterError.unknownTopic`; `KafkaError`; `CancellationError`.
    public func list(topic: String? = nil, limit: Int = 1000) async throws -> DeadLetterList {
        let survey = try await survey(topic)
        let newest = Newest(limit: max(limit, 0))
        try await source.read(survey.places) { record in
            if let letter = DeadLetter(record), !survey.isRetried(letter.id) { newest.add(letter) }
        }
        return newest.list
    }

    /// One letter with everything in it, whether it was sent back or not.
    ///
    /// - Throws: `DeadLetterError`; `KafkaError`; `CancellationError`.
    public func show(_ id: DeadLetterID) async throws -> DeadLetterContents {
        let found = try await find([id])
        guard let (record, retries) = found[id], let contents = DeadLetterContents(record, retries: retries) else {
            throw DeadLetterError.noSuchLetter(id)
        }
        return contents
    }

    /// The records of these letters, and when each was sent back.
    func find(_ ids: Set<DeadLetterID>) async throws -> [DeadLetterID: (record: KafkaRecord, retries: [Date])] {
        let topics = try Set(ids.map { try DeadLetterQueue.topic($0.topic) })
        let places = try await source.places(of: topics.sorted())
        let found = Mutex<[DeadLetterID: (record: KafkaRecord, retries: [Date])]>([:])
        try await source.read(places) { record in
            if let mark = Mark(record) {
                found.withLock { $0[mark.letter]?.retries.append(mark.time ?? .distantPast) }
                return
            }
            let id = DeadLetterID(topic: record.topic, partition: record.partition, offset: record.offset)
            if ids.contains(id) { found.withLock { $0[id] = (record, []) } }
        }
        return found.withLock(\.self)
    }

    /// What stands where now, and which letters have a mark.
    func survey(_ topic: String?) async throws -> Survey {
        let topics = try topic.map { [try DeadLetterQueue.topic($0)] } ?? DeadLetterQueue.topics
        let places = try await source.places(of: topics)
        let marks = Mutex<[KafkaPartition: RangeSet<Int64>]>([:])
        try await source.read(places) { record in
            guard let letter = Mark(record)?.letter else { return }
            marks.withLock { marks in
                marks[letter.place, default: RangeSet()].insert(contentsOf: letter.offset..<letter.offset + 1)
            }
        }
        return Survey(places: places, retried: marks.withLock(\.self))
    }

    struct Survey: Sendable {
        var places: LetterPlaces
        var retried: [KafkaPartition: RangeSet<Int64>]

        func isRetried(_ id: DeadLetterID) -> Bool { retried[id.place]?.contains(id.offset) ?? false }
    }

    /// The dead-letter topic that an operator means.
    static func topic(_ text: String) throws(DeadLetterError) -> String {
        guard let topic = topics.first(where: { $0 == text || DeadLetterFormat.origin(of: $0) == text }) else {
            throw .unknownTopic(text)
        }
        return topic
    }
}

extension DeadLetterID {
    var place: KafkaPartition { KafkaPartition(topic: topic, partition: partition) }
}

/// Keeps the newest of many letters, and at no time more than twice as many as wanted.
private final class Newest: Sendable {
    private let limit: Int
    private let state = Mutex(DeadLetterList(letters: [], count: 0))

    init(limit: Int) { self.limit = limit }

    var list: DeadLetterList {
        state.withLock { state in
            trim(&state)
            return state
        }
    }

    func add(_ letter: DeadLetter) {
        state.withLock { state in
            state.count += 1
            state.letters.append(letter)
            if state.letters.count > max(2 * limit, 100) { trim(&state) }
        }
    }

    private func trim(_ state: inout DeadLetterList) {
        state.letters.sort { a, b in
            let (first, second) = (a.time ?? .distantPast, b.time ?? .distantPast)
            return first == second ? a.id < b.id : first < second
        }
        state.letters.removeFirst(max(0, state.letters.count - limit))
    }
}
