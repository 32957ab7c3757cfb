// Relay: publishes the outbox to the topic `events`, in order, nothing left out. It must not know what an event means,
// who wrote it or who reads it.

import FoundationEssentials
public import Kafka
public import Logging
public import Postgres
import Store

/// Moves events from PostgreSQL to the broker: reads those above the cursor in the order (`xid`, `seq`), waits for the
/// delivery reports, and only then moves the cursor. What it can't be sure of it publishes again.
///
/// Only events below the oldest running transaction are read, so that a transaction that commits late is never skipped.
/// One relay leads at a time: it holds an advisory lock on the connection that it reads and moves the cursor with, so a
/// relay that lost its connection has lost the right to move the cursor as well.
public struct Relay: Sendable {
    /// Any number that nothing else locks.
    private static let leaderLock = 0x746F_646F_0001
    private static let batchSize = 500
    /// How long it takes at most to see what no notification told of.
    private static let pollInterval = Duration.seconds(5)
    /// The same, while there are events that an older transaction still holds back.
    private static let heldBackInterval = Duration.milliseconds(20)
    /// How soon another relay takes over.
    private static let candidateInterval = Duration.seconds(2)

    private let database: PostgresConfiguration
    private let kafka: KafkaConfiguration
    private let metrics: RelayMetrics?
    private let logger: Logger

    public init(
        database: PostgresConfiguration, kafka: KafkaConfiguration, metrics: RelayMetrics? = nil, logger: Logger
    ) {
        var database = database
        database.applicationName = "todo-relay"
        self.database = database
        var kafka = kafka
        // A message that timed out while the next one went through would break a user's order.
        kafka.properties["message.timeout.ms"] = kafka.properties["message.timeout.ms"] ?? "0"
        self.kafka = kafka
        self.metrics = metrics
        self.logger = logger
    }

    /// Works until the task is cancelled; a database or a broker that goes away is waited for.
    public func run() async throws {
        // Cancelled and waited for when this ends.
        async let _ = metrics?.watch(database, logger: logger)
        try await work()
    }

    private func work() async throws {
        let producer = try KafkaProducer(kafka, logger: logger)
        while !Task.isCancelled {
            do {
                try await lead(with: producer)
            } catch  where !Task.isCancelled {
                logger.warning("relay lost the database, tries again", metadata: ["error": "\(error)"])
                try? await Task.sleep(for: .seconds(1))
            } catch {
                break
            }
        }
        // What the broker doesn't have yet is still in the outbox: not worth a long wait.
        await producer.close(timeout: .seconds(1))
    }

    /// Makes all events be published again, from the first that is kept: for a broker that has lost everything.
    public static func rewind(_ database: PostgresPool) async throws {
        _ = try await database.query("UPDATE relay_cursor SET xid = '0', seq = 0, moved_at = now()")
    }

    /// One connection's life: waits to be the leader, then publishes.
    private func lead(with producer: KafkaProducer) async throws {
        let connection = try await PostgresConnection.connect(database, logger: logger)
        let outcome: Result<Void, any Error>
        do {
            try await withTaskCancellationHandler {
                // A cursor that a crash moves back only publishes again, so that it need not wait for the disk.
                try await connection.query("SET synchronous_commit = off")
                try await connection.query("LISTEN \(SQL(unsafe: Outbox.channel))")
                while try await !becomesLeader(connection) {
                    _ = try await connection.waitForNotification(timeout: Relay.candidateInterval)
                    try Task.checkCancellation()
                }
                logger.info("relay leads")
                metrics?.leads(true)
                defer { metrics?.leads(false) }
                try await publish(from: connection, with: producer)
            } onCancel: {
                connection.interrupt()
            }
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        await connection.close()
        try outcome.get()
    }

    private func becomesLeader(_ connection: PostgresConnection) async throws -> Bool {
        let rows = try await connection.query("SELECT pg_try_advisory_lock(\(Relay.leaderLock))")
        return try rows.first?.decode(Bool.self) ?? false
    }

    private func publish(from connection: PostgresConnection, with producer: KafkaProducer) async throws {
        var cursor = try await EventCursor.current(connection)
        while !Task.isCancelled {
            let batch = try await OutboxBatch.read(after: cursor, limit: Relay.batchSize, from: connection)
            if let last = batch.end {
                try await deliver(batch.messages, with: producer)
                try await last.save(connection)
                cursor = last
                metrics?.published(batch.messages.count)
                logger.debug("published", metadata: ["events": "\(batch.messages.count)"])
            }
            guard !batch.isFull else { continue }
            // What was committed since the reading has its notification waiting.
            let wait = batch.isHeldBack ? Relay.heldBackInterval : Relay.pollInterval
            _ = try await connection.waitForNotification(timeout: wait)
        }
    }

    /// Returns once the broker has every message.
    private func deliver(_ messages: [KafkaMessage], with producer: KafkaProducer) async throws {
        for result in await producer.send(contentsOf: messages) { _ = try result.get() }
    }
}
