import BackendTestSupport
import FoundationEssentials
import Kafka
import Logging
import Postgres
import Scheduler
import Store
import Synchronization
import TestSupport
import Testing
import TodoCore

/// A database of its own with the schema, and a broker of its own with the topic `events`, of one partition: the order in
/// which events were sent is the order in which they are read.
struct SchedulerFixture {
    /// Numbers users, so that their ids stand in the order in which they came: two of one millisecond need not.
    private static let users = Counter()

    let pool: PostgresPool
    let broker: EmbeddedBroker
    let producer: KafkaProducer

    static func make() async throws -> SchedulerFixture {
        let url = try await TestPostgres.shared.migratedDatabase()
        let broker = try EmbeddedBroker.make([Topics.events: 1])
        return SchedulerFixture(
            pool: PostgresPool(try PostgresConfiguration(url), size: 2, logger: quiet), broker: broker,
            producer: try KafkaProducer(broker.configuration, logger: quiet))
    }

    /// A pool with no more rights than the scheduler has in production.
    func restrictedPool() async throws -> PostgresPool {
        let name = try await pool.query("SELECT current_database() || ' ' || current_setting('unix_socket_directories')")
        let parts = try #require(try name.first?.decode(String.self)).split(separator: " ")
        let url = "host=\(parts[1]) user=postgres dbname=\(parts[0]) options='-c role=\(ServiceRole.scheduler.rawValue)'"
        return PostgresPool(try PostgresConfiguration(url), size: 2, logger: quiet)
    }

    func scheduler(
        _ cron: String = "0 0 * * *", zone: String = "UTC", catchUp: Duration = .seconds(12 * 3600), pageSize: Int = 500,
        clock: SchedulerClock = .system
    ) async throws -> Scheduler {
        let settings = SchedulerSettings(
            cron: try CronExpression(cron), defaultTimeZone: zone, catchUp: catchUp, pageSize: pageSize)
        return Scheduler(
            database: try await restrictedPool(), kafka: producer, settings: settings, clock: clock, logger: quiet)
    }

    /// Adds a user and open tasks with these titles; the user came at the beginning of 2026.
    @discardableResult
    func user(
        _ email: String, zone: String? = nil, digest: Bool = true, createdAt: String = "2026-01-01T00:00:00Z",
        titles: [String] = ["task"]
    ) async throws -> UUID {
        let created = try instant(createdAt)
        let id = UUID.v7(at: Date(timeIntervalSince1970: 1_767_225_600 + Double(Self.users.next())))
        try await pool.query(
            """
            INSERT INTO users (id, email, password_hash, created_at, time_zone, digest_enabled)
            VALUES (\(id), \(email), 'x', \(created), \(zone), \(digest))
            """)
        try await pool.query("INSERT INTO lists (id, owner_id, name) VALUES (\(id), \(id), 'Inbox')")
        for title in titles { try await task(id, title) }
        return id
    }

    func task(_ user: UUID, _ title: String, done: Bool = false, due: String? = nil, deleted: Bool = false) async throws {
        let now = try instant("2026-01-01T00:00:00Z")
        let doneAt = done ? now : nil, deletedAt = deleted ? now : nil
        try await pool.query(
            """
            INSERT INTO tasks (id, user_id, list_id, number, title, done, done_at, due_on, deleted_at)
            SELECT \(UUID.v7()), \(user), \(user), 1 + count(*)::integer, \(title), \(done), \(doneAt), \(due)::date, \(deletedAt)
            FROM tasks WHERE user_id = \(user)
            """)
    }

    func process(_ id: UUID) async throws {
        try await pool.query("INSERT INTO processed_events (event_id) VALUES (\(id))")
    }

    /// All that was published by now, in order.
    func published() async throws -> [KafkaRecord] {
        let end = try await producer.send(KafkaMessage(topic: Topics.events, key: nil, value: [])).offset
        let consumer = try KafkaConsumer(broker.configuration, group: nil, topics: [Topics.events], logger: quiet)
        var records: [KafkaRecord] = []
        while let record = try await consumer.next(), record.offset < end { records.append(record) }
        await consumer.close()
        return records.filter { !$0.value.isEmpty }
    }

    /// The mails' addresses in what was published.
    func recipients() async throws -> [String] {
        try await published().map { record in
            guard case .digestRequested(let email, _, _, _) = try Wire.decode(DomainEvent.self, from: record.value).kind else {
                return "not a digest"
            }
            return email
        }
    }
}

func instant(_ text: String) throws -> Date { try #require(Timestamp.date(text)) }

/// A clock that stands until somebody sleeps, and then is at once where the sleeper wanted it.
final class LeapingClock: Sendable {
    private let state: Mutex<(now: Date, sleeps: [Double])>

    init(_ start: Date) { state = Mutex((start, [])) }

    /// The waits so far, in seconds.
    var sleeps: [Double] { state.withLock(\.sleeps) }

    /// `onSleep` is called before the clock leaps, with the number of the sleep; it ends the scheduler by throwing.
    func clock(onSleep: @escaping @Sendable (Int) async throws -> Void) -> SchedulerClock {
        SchedulerClock(
            now: { self.state.withLock(\.now) },
            sleep: { wait in
                let seconds = Double(wait.components.seconds) + Double(wait.components.attoseconds) / 1e18
                let number = self.state.withLock { state in
                    state.sleeps.append(seconds)
                    return state.sleeps.count
                }
                try await onSleep(number)
                self.state.withLock { $0.now += seconds }
            })
    }
}
