import Kafka
import Logging
import Postgres
import Store
import Synchronization

/// What a leading relay does: reads, delivers, and moves the cursor, over and over.
struct Publishing: Sendable {
    /// How long it takes at most to see what no notification told of.
    private static let pollInterval = Duration.seconds(5)
    /// The same, while there are events that an older transaction still holds back.
    private static let heldBackInterval = Duration.milliseconds(20)
    /// How often the cursor moves at most. What a crash leaves behind it is only published again.
    private static let saveInterval = Duration.milliseconds(50)

    private let connection: PostgresConnection
    private let producer: OrderedProducer
    private let metrics: RelayMetrics?
    private let logger: Logger
    /// What the broker has: everything up to here.
    private var position: OutboxPosition
    private var isSaved = true
    private var lastSave = ContinuousClock.now

    init(
        from connection: PostgresConnection, with producer: OrderedProducer, metrics: RelayMetrics?, logger: Logger
    ) async throws {
        self.connection = connection
        self.producer = producer
        self.metrics = metrics
        self.logger = logger
        position = try await connection.run { try OutboxPosition.published($0) }
    }

    /// Publishes until the task is cancelled, or the database or the broker fails it. The cursor is where it should be then.
    consuming func run() async -> Result<Void, any Error> {
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await work())
        } catch {
            outcome = .failure(error)
        }
        // Not a child: what is done shall be known though this task is cancelled. Without the database it is done again.
        var last = self
        try? await Task { try await last.save() }.value
        return outcome
    }

    private mutating func work() async throws {
        var next = try await read(after: position)
        while !Task.isCancelled {
            let batch = next
            guard let end = batch.end else {
                try await wait(isHeldBack: batch.isHeldBack)
                next = try await read(after: position)
                continue
            }
            let delivery = Delivery()
            async let delivered: Void = delivery.run(batch.messages, producer, connection)
            // Most of what reading costs is waiting, and so is most of what delivering costs.
            let ahead = batch.isFull ? try await read(after: end) : nil
            // As long as the broker is away, the connection is listened to: who has lost it leads no more.
            while !delivery.isDone { _ = try await connection.waitForNotification(timeout: Publishing.pollInterval) }
            try await delivered
            (position, isSaved) = (end, false)
            metrics?.published(batch.messages.count)
            if ContinuousClock.now - lastSave >= Publishing.saveInterval { try await save() }
            // Its notification may have come during the delivery: so there is no waiting before nothing is found.
            if let ahead { next = ahead } else { next = try await read(after: end) }
        }
    }

    private func read(after position: OutboxPosition) async throws -> OutboxBatch {
        try await connection.run { try OutboxBatch.read(after: position, from: $0) }
    }

    /// What was committed since the reading has its notification waiting.
    private mutating func wait(isHeldBack: Bool) async throws {
        if !isSaved {
            let rest = Publishing.saveInterval - (ContinuousClock.now - lastSave)
            let limit = isHeldBack ? min(rest, Publishing.heldBackInterval) : rest
            if limit > .zero, try await connection.waitForNotification(timeout: limit) != nil { return }
            if limit < rest { return }
            try await save()
        }
        _ = try await connection.waitForNotification(
            timeout: isHeldBack ? Publishing.heldBackInterval : Publishing.pollInterval)
    }

    /// Tells the database how far the broker has everything.
    private mutating func save() async throws {
        if isSaved { return }
        try await connection.query("UPDATE relay_cursor SET (xid, seq) = ROW \(position.sql), moved_at = now()")
        (isSaved, lastSave) = (true, .now)
        logger.debug("published", metadata: ["position": "\(position)"])
    }
}

/// One batch on its way.
private final class Delivery: Sendable {
    private let done = Atomic(false)

    var isDone: Bool { done.load(ordering: .acquiring) }

    func run(_ messages: [KafkaMessage], _ producer: OrderedProducer, _ connection: PostgresConnection) async throws {
        defer {
            done.store(true, ordering: .releasing)
            connection.interrupt()
        }
        try await producer.deliver(messages)
    }
}
