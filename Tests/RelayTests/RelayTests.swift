import FoundationEssentials
import Kafka
import Logging
import Postgres
import Relay
import Store
import TestSupport
import Testing
import TodoCore

struct RelayTests {
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// A database with the schema, and a broker with the topics.
    private func parts() async throws -> (database: PostgresConfiguration, pool: PostgresPool, broker: EmbeddedBroker) {
        let database = try PostgresConfiguration(try await TestPostgres.shared.database())
        _ = try await PostgresMigrator.apply(StoreMigrations.all, to: database, logger: logger)
        let broker = try EmbeddedBroker(logger: logger)
        try broker.createTopic(Topics.events, partitions: 3, replication: 3)
        return (database, PostgresPool(database, logger: logger), broker)
    }

    /// The next records of the topic.
    private func records(_ count: Int, from consumer: KafkaConsumer) async throws -> [KafkaRecord] {
        var records: [KafkaRecord] = []
        while records.count < count, let record = try await consumer.next() { records.append(record) }
        return records
    }

    private func running<R: Sendable>(_ relays: [Relay], _ body: () async throws -> R) async throws -> R {
        let tasks = relays.map { relay in Task { try await relay.run() } }
        let result: Result<R, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        for task in tasks { task.cancel() }
        for task in tasks { try await task.value }
        return try result.get()
    }

    @Test(.timeLimit(.minutes(1))) func publishesEveryEventOnceInTheOrderOfTheUser() async throws {
        let (database, pool, broker) = try await parts()
        let kafka = KafkaConfiguration(bootstrapServers: broker.bootstrapServers)
        let users = UserStore(database: pool)
        let tasks = TaskStore(database: pool)
        let ids = try await [
            users.create(email: "a@example.org", passwordHash: "x", requestID: "req-1").id,
            users.create(email: "b@example.org", passwordHash: "x", requestID: nil).id,
        ]
        let consumer = try KafkaConsumer(kafka, group: nil, topics: [Topics.events], logger: logger)
        // Two relays at once: one leads, the other waits.
        let relays = [
            Relay(database: database, kafka: kafka, logger: logger), Relay(database: database, kafka: kafka, logger: logger),
        ]
        let seen = try await running(relays) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for id in ids {
                    for index in 0..<40 {
                        group.addTask { _ = try await tasks.create(user: id, TaskDraft(title: "t\(index)"), requestID: nil) }
                    }
                }
                try await group.waitForAll()
            }
            return try await records(82, from: consumer)
        }
        await consumer.close()
        let events = try seen.map { try Wire.decode(DomainEvent.self, from: $0.value) }
        #expect(Set(events.map(\.id)).count == 82)
        for (record, event) in zip(seen, events) {
            #expect(record.key == event.user.lowercase)
            #expect(record.headers.contains(KafkaHeader(name: "event_type", value: event.type)))
            #expect(record.headers.contains(KafkaHeader(name: "event_id", value: event.id.lowercase)))
        }
        #expect(seen.contains { $0.headers.contains(KafkaHeader(name: "request_id", value: "req-1")) })
        for id in ids {
            let rows = try await pool.query("SELECT event_id FROM events WHERE user_id = \(id) ORDER BY xid, seq")
            #expect(try events.filter { $0.user == id }.map(\.id) == rows.map { try $0.decode(UUID.self) })
        }
        await pool.close()
        broker.close()
    }

    @Test(.timeLimit(.minutes(1))) func aTransactionThatCommitsLateIsNotSkipped() async throws {
        let (database, pool, broker) = try await parts()
        let kafka = KafkaConfiguration(bootstrapServers: broker.bootstrapServers)
        let late = UUID.v7(), early = UUID.v7(), user = UUID.v7()
        func insert(_ id: UUID) -> SQL {
            "INSERT INTO events (event_id, type, user_id, payload) VALUES (\(id), 'task.sung', \(user), '{}')"
        }
        // The first transaction takes its id and its place, and stays open while the second one commits.
        let first = try await PostgresConnection.connect(database, logger: logger)
        try await first.query("BEGIN")
        try await first.query(insert(late))
        _ = try await pool.query(insert(early))
        let consumer = try KafkaConsumer(kafka, group: nil, topics: [Topics.events], logger: logger)
        let seen = try await running([Relay(database: database, kafka: kafka, logger: logger)]) {
            // Wait until the relay has looked and found that it must wait: its cursor has not moved.
            var hasLooked = false
            while !hasLooked {
                let rows = try await pool.query(
                    """
                    SELECT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'todo-relay'
                        AND datname = current_database() AND state = 'idle' AND query LIKE 'SELECT xid <%')
                    """)
                hasLooked = try rows.first?.decode(Bool.self) ?? false
            }
            #expect(try await pool.query("SELECT seq FROM relay_cursor").first?.decode(Int.self) == 0)
            try await first.query("COMMIT")
            return try await records(2, from: consumer)
        }
        await first.close()
        await consumer.close()
        let ids = seen.compactMap { record in record.headers.first { $0.name == "event_id" }?.value }
        #expect(ids == [late.lowercase, early.lowercase])
        await pool.close()
        broker.close()
    }

    @Test(.timeLimit(.minutes(1))) func anEmptyBrokerIsFilledAgainFromTheTable() async throws {
        let (database, pool, broker) = try await parts()
        let user = try await UserStore(database: pool).create(email: "a@example.org", passwordHash: "x", requestID: nil).id
        func publishedIDs(_ broker: EmbeddedBroker) async throws -> [String] {
            let kafka = KafkaConfiguration(bootstrapServers: broker.bootstrapServers)
            let consumer = try KafkaConsumer(kafka, group: nil, topics: [Topics.events], logger: logger)
            let seen = try await running([Relay(database: database, kafka: kafka, logger: logger)]) {
                try await records(1, from: consumer)
            }
            await consumer.close()
            return seen.compactMap(\.key)
        }
        #expect(try await publishedIDs(broker) == [user.lowercase])
        broker.close()
        let empty = try EmbeddedBroker(logger: logger)
        try empty.createTopic(Topics.events, partitions: 3, replication: 3)
        try await Relay.rewind(pool)
        #expect(try await publishedIDs(empty) == [user.lowercase])
        empty.close()
        await pool.close()
    }
}
