import BackendTestSupport
import FoundationEssentials
import Kafka
import Logging
import Postgres
import Relay
import Store
import TestSupport
import Testing
import TodoCore

/// A database with the schema, and a broker with the topics.
struct RelayFixture {
    let database: PostgresConfiguration
    let pool: PostgresPool
    let broker: EmbeddedBroker
    let logger = quiet

    init() async throws {
        database = try PostgresConfiguration(try await TestPostgres.shared.migratedDatabase())
        pool = PostgresPool(database, logger: logger)
        broker = try RelayFixture.broker(logger)
    }

    /// Another broker, which has nothing yet.
    func emptyBroker() throws -> EmbeddedBroker { try RelayFixture.broker(logger) }

    private static func broker(_ logger: Logger) throws -> EmbeddedBroker {
        let broker = try EmbeddedBroker(logger: logger)
        try broker.createTopic(Topics.events, partitions: 3, replication: 3)
        return broker
    }

    func relay(metrics: RelayMetrics? = nil, _ properties: [String: String] = [:]) -> Relay {
        Relay(database: database, kafka: kafka(properties), metrics: metrics, logger: logger)
    }

    /// What suits tests of this broker, or of another one.
    func kafka(_ properties: [String: String] = [:], of other: EmbeddedBroker? = nil) -> KafkaConfiguration {
        var configuration = (other ?? broker).configuration
        configuration.properties.merge(["fetch.wait.max.ms": "10", "reconnect.backoff.max.ms": "100"]) { $1 }
        configuration.properties.merge(properties) { $1 }
        return configuration
    }

    /// Runs the relays while the body does.
    func running<R: Sendable>(_ relays: [Relay], _ body: () async throws -> R) async throws -> R {
        let tasks = relays.map { relay in Task { try await relay.run() } }
        let result: Result<R, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        for task in tasks { task.cancel() }
        for task in tasks { try await task.value }
        return try result.get()
    }

    func close() async {
        await pool.close()
        broker.close()
    }

    // MARK: Events

    /// Writes events, a transaction each, of users in turn.
    func write(_ count: Int, users: Int = 7, type: String = "task.sung", at time: Date = Date()) async throws {
        try await pool.withConnection { connection in
            for number in 0..<count {
                let user = UUID(number % users)
                try connection.query(
                    """
                    INSERT INTO events (event_id, type, user_id, payload, occurred_at)
                    VALUES (gen_random_uuid(), \(type), \(user), '{"type": "sung"}', \(time))
                    """)
            }
            try connection.query("SELECT pg_notify(\(Outbox.channel), '')")
        }
    }

    /// The ids of the events in the table, in order.
    func ids(_ condition: SQL = "true") async throws -> [String] {
        try await pool.query("SELECT event_id FROM events WHERE \(condition) ORDER BY xid, seq").decode(UUID.self).map(
            \.lowercase)
    }

    func cursor() async throws -> [Int64] {
        try await pool.query("SELECT xid, seq FROM relay_cursor").decode(Int64.self, Int64.self).flatMap { [$0.0, $0.1] }
    }

    // MARK: Records

    func consumer(of other: EmbeddedBroker? = nil) throws -> KafkaConsumer {
        try KafkaConsumer(kafka(of: other), group: nil, topics: [Topics.events], logger: logger)
    }

    /// The next records of the topic, until all these events have come.
    func records(of ids: [String], from consumer: KafkaConsumer) async throws -> [KafkaRecord] {
        var missing = Set(ids)
        var records: [KafkaRecord] = []
        while !missing.isEmpty, let record = try await consumer.next() {
            records.append(record)
            missing.remove(record.eventID)
        }
        return records
    }

    /// As a consumer sees them that drops what it has seen: each user's events in the order of the table.
    func expectOrder(_ records: [KafkaRecord], of ids: [String], _ location: SourceLocation = #_sourceLocation) async throws {
        var seen: Set<String> = []
        let firsts = records.filter { seen.insert($0.eventID).inserted }
        let rows = try await pool.query(
            """
            SELECT user_id, event_id FROM events WHERE event_id = ANY (\(ids.compactMap { UUID(uuidString: $0) }))
            ORDER BY xid, seq
            """
        ).decode(UUID.self, UUID.self)
        let expected = Dictionary(grouping: rows, by: \.0.lowercase).mapValues { $0.map(\.1.lowercase) }
        let got = Dictionary(grouping: firsts, by: { $0.key ?? "" }).mapValues { $0.map(\.eventID) }
        #expect(got == expected, sourceLocation: location)
    }
}

extension KafkaRecord {
    func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
    var eventID: String { header(MessageHeader.eventID) ?? "" }
    var position: OutboxPosition? { header(MessageHeader.position).flatMap { OutboxPosition($0) } }
}

extension UUID {
    init(_ number: Int) {
        self.init(uuid: (0, 0, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, UInt8(truncatingIfNeeded: number)))
    }
}
