// Feed: the events of each user as they happen, for the streams of GET /events. It reads the topic `events` for what is
// new and the outbox for what a client missed, and joins the two without gap or repeat. It must not know HTTP.

public import FoundationEssentials
public import Kafka
public import Logging
public import Postgres
public import Store
public import Telemetry

/// All streams of this process.
///
/// An event is published only after it is settled in the outbox, and a stream is put on the list of readers before it
/// looks into the outbox: what it doesn't find there comes from the topic. What comes twice is known by its place.
public final class Feed: Sendable {
    /// Streams that one user may have at a time.
    public static let maxStreamsPerUser = 100
    /// How many are read from the outbox at once.
    static let pageSize = 500
    /// How long clients may take to read that the server ends.
    private static let farewellTime = Duration.seconds(2)

    let history: EventHistory
    let readers = Readers()
    private let topic = TopicReader()
    /// How many streams read from the outbox at a time: thousands come back together when a server starts again.
    let turnstile = Turnstile(width: 3)
    private let logger: Logger

    public init(database: PostgresPool, logger: Logger) {
        history = EventHistory(database: database)
        self.logger = logger
    }

    /// Counts streams in GET `/metrics`.
    public func addMetrics(to registry: Registry) throws(TelemetryError) {
        let readers = readers
        try registry.gauge("todo_event_streams", "Open streams of GET /events.") { [Sample(value: Double(readers.count))] }
        try registry.counter("todo_event_streams_dropped_total", "Streams that were ended since their reader was too slow.") {
            [Sample(value: Double(readers.dropped))]
        }
    }

    /// Where a stream begins.
    public struct Start: Sendable {
        public let user: UUID
        let position: OutboxPosition
        /// Some of what the client has missed is no longer kept.
        let isMissingSome: Bool
    }

    /// The user has as many streams as he may have.
    public struct TooManyStreams: Error {}

    /// Looks where a new stream begins: behind `position`, or now.
    ///
    /// - Throws: ``TooManyStreams``; `StoreError.noSuchUser`; `PostgresError`.
    public func start(user: UUID, after position: OutboxPosition?) async throws -> Start {
        guard readers.count(of: user) < Feed.maxStreamsPerUser else { throw TooManyStreams() }
        let (now, isMissingSome) = try await history.now(of: user, after: position)
        return Start(user: user, position: isMissingSome ? now : position ?? now, isMissingSome: isMissingSome)
    }

    /// Puts a new stream on the list. It has to be ended with ``end(_:)``.
    ///
    /// - Parameters:
    ///   - expiry: when it has to end.
    ///   - onStalled: ends a stream whose client doesn't even read the news that it is too slow.
    public func subscribe(_ start: Start, until expiry: Date, onStalled: @escaping @Sendable () -> Void) -> Subscription {
        let subscription = Subscription(user: start.user, expiry: expiry, onStalled: onStalled)
        readers.add(subscription)
        return subscription
    }

    /// Takes a stream off the list.
    public func end(_ subscription: Subscription) { readers.remove(subscription) }

    /// Reads the topic until the task is cancelled, then ends all streams.
    ///
    /// - Throws: `KafkaError` where the configuration is wrong.
    public func run(_ kafka: KafkaConfiguration) async throws {
        defer {
            readers.endAll(.serverEnds)
            // Nobody's child: the server has begun to end, and waits for the streams.
            Task { [readers] in
                try? await Task.sleep(for: Feed.farewellTime)
                readers.closeAll()
            }
        }
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask {
                while !Task.isCancelled {
                    // Where nobody has a stream, nothing is read.
                    await self.readers.waitForFirst()
                    if !Task.isCancelled { try await self.read(kafka) }
                }
            }
            group.addTask { try await self.tick() }
        }
    }

    /// Once a second: comments that keep connections open, streams whose time is over, clients that don't read.
    private func tick() async throws {
        var second = 0
        while true {
            try await Task.sleep(for: .seconds(1))
            second += 1
            readers.tick(second)
        }
    }

    /// One consumer's life: until nobody has had a stream for a while.
    private func read(_ kafka: KafkaConfiguration) async throws {
        topic.reset()
        // All partitions, without a group: every process has readers of its own.
        let consumer = try KafkaConsumer(kafka, group: nil, topics: [Topics.events], start: .latest, logger: logger)
        do {
            try await withThrowingDiscardingTaskGroup { group in
                group.addTask {
                    await self.readers.waitForIdleness()
                    if !Task.isCancelled { await consumer.close() }
                }
                group.addTask {
                    if await !consumer.waitForAssignment({ !$0.isEmpty }).isEmpty { self.readers.isLive = true }
                }
                while let record = try await consumer.next() {
                    let isNext = topic.read(partition: record.partition, offset: record.offset) {
                        pass(on: record.value, key: record.key, record.headers)
                    }
                    guard !isNext else { continue }
                    // Forgotten by the broker before we had it, or another broker: the outbox has it all.
                    logger.warning(
                        "events are missing in the topic: all streams resume from the outbox",
                        metadata: ["partition": "\(record.partition)", "offset": "\(record.offset)"])
                    readers.endAll(.eventsMissing)
                }
                group.cancelAll()
            }
            // Whoever relied on this reader all the same.
            if readers.isLive, !Task.isCancelled { readers.endAll(.eventsMissing) }
            readers.isLive = false
            topic.reset()
            await consumer.close()
        } catch {
            await consumer.close()
            readers.isLive = false
            readers.endAll(.eventsMissing)
            guard let error = error as? KafkaError, error.isFatal else { throw error }
            logger.error("the reader of the topic is made anew", metadata: ["error": "\(error)"])
        }
    }

    /// An event that this process has just published: it need not come back from the broker first.
    public func published(_ message: KafkaMessage, _ delivery: KafkaDelivery) {
        topic.published(partition: delivery.partition, offset: delivery.offset) {
            pass(on: message.value, key: message.key, message.headers)
        }
    }

    private func pass(on value: [UInt8], key: String?, _ headers: [KafkaHeader]) {
        guard readers.count > 0, let user = key.flatMap({ UUID(uuidString: $0) }), readers.hasAny(of: user) else { return }
        // What isn't from the outbox, such as the request of a digest, has no place in a stream that can be resumed.
        guard let position = headers.last(where: { $0.name == MessageHeader.position }).flatMap({ OutboxPosition($0.value) })
        else { return }
        let type = headers.last { $0.name == MessageHeader.eventType }?.value ?? ""
        readers.offer(ServerSentEvent(position: position, type: type, data: value), to: user)
    }
}
