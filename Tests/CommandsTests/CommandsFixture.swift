import BackendTestSupport
import Commands
import FoundationEssentials
import Kafka
import Logging
import Postgres
import Store
import TestSupport
import TodoCore

/// A database with the schema and two users, and a broker, each of its own.
struct CommandsFixture {
    let pool: PostgresPool
    let restrictedPool: PostgresPool
    let broker: EmbeddedBroker
    let producer: KafkaProducer
    let user: UUID
    let other: UUID

    var tasks: TaskStore { TaskStore(database: pool) }

    static func make(partitions: Int = 1) async throws -> CommandsFixture {
        let url = try await TestPostgres.shared.migratedDatabase()
        let broker = try EmbeddedBroker.make([Topics.commands: partitions, Topics.commandsDeadLetters: 1])
        let pool = PostgresPool(try PostgresConfiguration(url), size: 2, logger: quiet)
        let users = UserStore(database: pool)
        // The rights of production: whatever else the consumer does fails the test.
        let restricted = url + " options='-c role=\(ServiceRole.api.rawValue)'"
        return CommandsFixture(
            pool: pool, restrictedPool: PostgresPool(try PostgresConfiguration(restricted), size: 2, logger: quiet),
            broker: broker, producer: try KafkaProducer(broker.configuration, logger: quiet),
            user: try await users.create(email: "me@example.org", passwordHash: "x", requestID: nil).id,
            other: try await users.create(email: "other@example.org", passwordHash: "x", requestID: nil).id)
    }

    func consumer(logger: Logger = quiet) -> CommandConsumer {
        CommandConsumer(
            database: restrictedPool, kafka: broker.configuration, retryDelay: .milliseconds(1) ... .milliseconds(8),
            logger: logger)
    }

    /// Runs a consumer until it has logged `message` so many times; what `run` threw is thrown. Returns what it counted.
    @discardableResult
    func run(untilLogged message: String, times: Int = 1) async throws -> CommandCounters {
        let (logger, log) = SignallingLog.make()
        let consumer = consumer(logger: logger)
        let run = Task {
            defer { (logger.handler as? SignallingLog)?.finish() }
            try await consumer.run()
        }
        var count = 0
        for await line in log where line == message {
            count += 1
            if count == times { break }
        }
        run.cancel()
        try await run.value
        return consumer.counters
    }

    func send(_ value: [UInt8], headers: [KafkaHeader] = [], partition: Int32 = 0) async throws {
        _ = try await producer.send(
            KafkaMessage(topic: Topics.commands, key: user.lowercase, value: value, headers: headers, partition: partition))
    }

    func send(_ command: TaskCommand, requestID: String? = nil, partition: Int32 = 0) async throws {
        var headers = [KafkaHeader(name: "event_type", value: TaskCommand.type)]
        if let requestID { headers.append(KafkaHeader(name: "request_id", value: requestID)) }
        try await send(try Wire.encode(command), headers: headers, partition: partition)
    }

    /// The titles of all tasks there are, the deleted ones too, in the order of their making.
    func titles() async throws -> [String] {
        try await pool.query("SELECT title FROM tasks ORDER BY created_at, number").decode(String.self)
    }

    func processed() async throws -> Set<UUID> {
        Set(try await pool.query("SELECT event_id FROM processed_events").decode(UUID.self))
    }

    /// The request ids of all events of this type.
    func requestIDs(_ type: String) async throws -> [String?] {
        try await pool.query("SELECT request_id FROM events WHERE type = \(type) ORDER BY xid, seq").decode(String?.self)
    }

    /// The next so many dead letters, from the first.
    func letters(_ count: Int) async throws -> [KafkaRecord] {
        try await broker.first(count, of: Topics.commandsDeadLetters)
    }
}
