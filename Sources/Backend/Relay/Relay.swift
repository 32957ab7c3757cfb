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
    /// How soon another relay takes over.
    private static let candidateInterval = Duration.seconds(2)
    /// Between a failure and the next try.
    private static let retryInterval = Duration.seconds(1)

    private let database: PostgresConfiguration
    private let kafka: KafkaConfiguration
    private let metrics: RelayMetrics?
    private let onDelivery: (@Sendable (KafkaMessage, KafkaDelivery) -> Void)?
    private let logger: Logger

    /// - Parameter onDelivery: told of each event that the broker took from this relay, in the order of its user.
    public init(
        database: PostgresConfiguration, kafka: KafkaConfiguration, metrics: RelayMetrics? = nil,
        onDelivery: (@Sendable (KafkaMessage, KafkaDelivery) -> Void)? = nil, logger: Logger
    ) {
        var database = database
        database.applicationName = "todo-relay"
        self.database = database
        self.kafka = kafka
        self.metrics = metrics
        self.onDelivery = onDelivery
        self.logger = logger
    }

    /// Works until the task is cancelled; a database or a broker that goes away is waited for.
    public func run() async throws {
        // Cancelled and waited for when this ends.
        async let _ = metrics?.watch(database, logger: logger)
        try await work()
    }

    private func work() async throws {
        while !Task.isCancelled {
            do {
                try await lead()
            } catch  where Task.isCancelled {
                break
            } catch let error as KafkaError where error.kind == .configuration && !error.isRetriable {
                throw error
            } catch {
                let what = error is KafkaError ? "the broker refused an event" : "relay lost the database"
                logger.warning("\(what), tries again", metadata: ["error": "\(error)"])
                try? await Task.sleep(for: Relay.retryInterval)
            }
        }
    }

    /// Makes all events be published again, from the first that is kept: for a broker that has lost everything.
    public static func rewind(_ database: PostgresPool) async throws {
        _ = try await database.query("UPDATE relay_cursor SET xid = '0', seq = 0, moved_at = now()")
    }

    /// One connection's life: waits to be the leader, then publishes.
    private func lead() async throws {
        let connection = try await PostgresConnection.connect(database, logger: logger)
        let outcome: Result<Void, any Error>
        do {
            try await withTaskCancellationHandler {
                try await prepare(connection)
                while try await !becomesLeader(connection) {
                    _ = try await connection.waitForNotification(timeout: Relay.candidateInterval)
                    try Task.checkCancellation()
                }
                try await publish(from: connection)
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

    private func prepare(_ connection: PostgresConnection) async throws {
        // A cursor that a crash moves back only publishes again, so that it need not wait for the disk.
        try await connection.query("SET synchronous_commit = off")
        // A leader whose machine is gone says no goodbye: the server asks, and gives its lock to another.
        for setting in ["tcp_keepalives_idle = 5", "tcp_keepalives_interval = 2", "tcp_keepalives_count = 3"] {
            try await connection.query("SET \(SQL(unsafe: setting))")
        }
        try await connection.query("LISTEN \(SQL(unsafe: Outbox.channel))")
    }

    private func becomesLeader(_ connection: PostgresConnection) async throws -> Bool {
        let rows = try await connection.query("SELECT pg_try_advisory_lock(\(Relay.leaderLock))")
        return try rows.first?.decode(Bool.self) ?? false
    }

    private func publish(from connection: PostgresConnection) async throws {
        // A new one each time: nothing that an earlier leadership left in its queue is sent any more.
        let producer = try OrderedProducer(kafka, patience: nil, onDelivery: onDelivery, logger: logger)
        logger.info("relay leads")
        metrics?.leads(true)
        let outcome: Result<Void, any Error>
        do {
            let publishing = try await Publishing(from: connection, with: producer, metrics: metrics, logger: logger)
            outcome = await publishing.run()
        } catch {
            outcome = .failure(error)
        }
        metrics?.leads(false)
        await producer.close()
        try outcome.get()
    }
}
