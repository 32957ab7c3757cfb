import BackendTestSupport
import FoundationEssentials
import Kafka
import Logging
import Mailer
import Postgres
import Store
import Synchronization
import TestSupport
import Testing
import TodoCore

/// A database and a broker of its own, and a mailer whose mail comes to `outbox`.
struct MailerFixture {
    let pool: PostgresPool
    let restrictedPool: PostgresPool
    let broker: EmbeddedBroker
    let producer: KafkaProducer

    /// `partitions` is for the topic `events`; `events.dlq` has one.
    static func make(partitions: Int = 1) async throws -> MailerFixture {
        let url = try await TestPostgres.shared.migratedDatabase()
        let broker = try EmbeddedBroker.make([Topics.events: partitions, Topics.eventsDeadLetters: 1])
        let restricted = url + " options='-c role=\(ServiceRole.mailer.rawValue)'"
        return MailerFixture(
            pool: PostgresPool(try PostgresConfiguration(url), size: 2, logger: quiet),
            // The rights of production: whatever else the mailer does fails the test.
            restrictedPool: PostgresPool(try PostgresConfiguration(restricted), size: 2, logger: quiet), broker: broker,
            producer: try KafkaProducer(broker.configuration, logger: quiet))
    }

    func mailer(_ transport: any MailTransport, concurrency: Int = 1, logger: Logger = quiet) throws -> Mailer {
        let settings = MailerSettings(
            from: try Mailbox(parsing: "Todo <todo@example.org>"), publicURL: "https://todo.example.org", transport: transport,
            unsubscribeURL: { "https://todo.example.org/unsubscribe/\($0.uuidString.lowercased())" },
            concurrency: concurrency, retryDelay: .milliseconds(1) ... .milliseconds(8))
        return Mailer(database: restrictedPool, kafka: broker.configuration, settings: settings, logger: logger)
    }

    /// Runs a mailer while `body` does; what `run` threw is thrown.
    func running(_ mailer: Mailer, _ body: () async throws -> Void) async throws {
        let run = Task { try await mailer.run() }
        do {
            try await body()
        } catch {
            run.cancel()
            _ = await run.result
            throw error
        }
        run.cancel()
        try await run.value
    }

    func send(
        _ value: [UInt8], key: String? = nil, headers: [KafkaHeader] = [], partition: Int32 = 0
    ) async throws -> KafkaDelivery {
        try await producer.send(
            KafkaMessage(topic: Topics.events, key: key, value: value, headers: headers, partition: partition))
    }

    @discardableResult
    func send(_ event: DomainEvent, partition: Int32 = 0) async throws -> KafkaDelivery {
        try await send(
            try Wire.encode(event), key: event.user.lowercase, headers: [KafkaHeader(name: "event_type", value: event.type)],
            partition: partition)
    }

    func processed() async throws -> Set<UUID> {
        Set(try await pool.query("SELECT event_id FROM processed_events").decode(UUID.self))
    }

    /// The next so many dead letters, from the first.
    func deadLetters(_ count: Int) async throws -> [KafkaRecord] {
        try await broker.first(count, of: Topics.eventsDeadLetters)
    }
}

/// A request for a digest with one open task.
func digestRequest(_ email: String = "me@example.org", id: UUID = .v7(), titles: [String] = ["Buy milk"]) throws -> DomainEvent {
    DomainEvent(
        id: id, occurredAt: try #require(Timestamp.date("2026-11-21T00:00:00Z")), user: .v7(),
        kind: .digestRequested(
            email: email, stats: .init(total: titles.count + 1, done: 1, undone: titles.count), undoneTitles: titles))
}

/// Keeps mail, and does what `script` says before: it may wait, or throw.
final class ScriptedTransport: MailTransport {
    struct Mail: Sendable {
        var from: String
        var to: String
        var id: UUID
        var message: [UInt8]
    }

    private let script: @Sendable (_ to: String, _ attempt: Int) async throws(MailError) -> Void
    private let attempts = Counter()
    private let kept = Recorder<Mail>()
    let mails: AsyncStream<Mail>
    private let feed: AsyncStream<Mail>.Continuation

    init(_ script: @escaping @Sendable (_ to: String, _ attempt: Int) async throws(MailError) -> Void = { _, _ in }) {
        self.script = script
        (mails, feed) = AsyncStream.makeStream(of: Mail.self)
    }

    var attemptCount: Int { attempts.count }
    var all: [Mail] { kept.all }

    func send(
        from: String, to: String, message: [UInt8], id: UUID, taken: () async throws(MailError) -> Void
    ) async throws(MailError) {
        try await script(to, attempts.next())
        let mail = Mail(from: from, to: to, id: id, message: message)
        kept.append(mail)
        feed.yield(mail)
        try await taken()
    }

    /// The next so many mails' recipients, as they leave.
    func recipients(_ count: Int) async -> [String] {
        var recipients: [String] = []
        for await mail in mails {
            recipients.append(mail.to)
            if recipients.count == count { break }
        }
        return recipients
    }
}
