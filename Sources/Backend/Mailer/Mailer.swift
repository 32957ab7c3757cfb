// Mailer: consumes the topic `events` and turns each email.daily_digest.requested into one mail.
// At least once by Kafka, once by processed_events. It must not know who asks for a digest, nor read
// any user's data from the database: the event carries what the mail says.

import Consumption
import FoundationEssentials
public import Kafka
public import Logging
public import Postgres
import Store
import Synchronization

/// The service that mails.
public final class Mailer: Sendable {
    /// The consumer group: all mailers share the partitions.
    public static let group = "mailer"

    private let database: PostgresPool
    private let consumer: GroupConsumer
    private let settings: MailerSettings
    private let logger: Logger
    private let counts = Mutex(MailerCounters())

    /// `database` needs to read and add to `processed_events`, no more.
    public init(database: PostgresPool, kafka: KafkaConfiguration, settings: MailerSettings, logger: Logger) {
        self.database = database
        consumer = GroupConsumer(
            kafka: kafka, group: Self.group, topics: [Topics.events], retryDelay: settings.retryDelay,
            concurrency: settings.concurrency, logger: logger)
        self.settings = settings
        self.logger = logger
    }

    /// What it did since it was made.
    public var counters: MailerCounters {
        var counters = counts.withLock(\.self)
        counters.retries = consumer.counters.retries
        counters.deadLetters = consumer.counters.dead
        return counters
    }

    /// Mails until the task is cancelled; the messages that it is at are finished first.
    ///
    /// A message that fails for now holds its partition: it is read again after a wait, while other partitions go on.
    /// Messages behind it that were mailed meanwhile are seen to be so.
    /// - Throws: `KafkaError` where the configuration is wrong or the consumer is of no use any more; `DigestTemplateError`.
    public func run() async throws {
        let delivery = DigestDelivery(database: database, mail: try DigestMail(settings: settings), settings: settings)
        let end: Result<Void, any Error>
        do {
            end = .success(try await consumer.run { record in await self.handle(record, delivery) })
        } catch {
            end = .failure(error)
        }
        await settings.transport.close()
        try end.get()
    }

    private func handle(_ record: KafkaRecord, _ delivery: DigestDelivery) async -> Outcome {
        let type = record.headers.last { $0.name == MessageHeader.eventType }?.value
        switch DigestRequest.read(record.value, type: type) {
        case .other:
            count(\.ignored)
            return .done
        case .unreadable(let fault): return .dead(reason: fault)
        case .request(let request):
            do {
                let outcome = try await delivery.deliver(request)
                count(outcome == .sent ? \.sent : \.duplicates)
                logger.info(
                    outcome == .sent ? "digest mailed" : "digest was mailed before",
                    metadata: ["event_id": "\(request.id)", "user_id": "\(request.user)"])
                return .done
            } catch {
                guard case .permanent(let fault) = error else { return .later(reason: error.reason) }
                return .dead(reason: fault)
            }
        }
    }

    private func count(_ counter: WritableKeyPath<MailerCounters, Int>) {
        counts.withLock { $0[keyPath: counter] += 1 }
    }
}
