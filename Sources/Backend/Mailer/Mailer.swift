// Mailer: consumes the topic `events` and turns each email.daily_digest.requested into one mail.
// At least once by Kafka, once by processed_events. It must not know who asks for a digest, nor read
// any user's data from the database: the event carries what the mail says.

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
    private let kafka: KafkaConfiguration
    private let settings: MailerSettings
    private let logger: Logger
    private let counts = Mutex(MailerCounters())

    /// `database` needs to read and add to `processed_events`, no more.
    public init(database: PostgresPool, kafka: KafkaConfiguration, settings: MailerSettings, logger: Logger) {
        self.database = database
        self.kafka = kafka
        self.settings = settings
        self.logger = logger
    }

    /// What it did since it was made.
    public var counters: MailerCounters { counts.withLock(\.self) }

    /// Mails until the task is cancelled; the message that it is at is finished first.
    ///
    /// A message that fails for now holds its partition: it is read again after a wait, while other partitions go on.
    /// - Throws: `KafkaError` where the configuration is wrong or the consumer is of no use any more; `DigestTemplateError`.
    public func run() async throws {
        let delivery = DigestDelivery(database: database, mail: try DigestMail(settings: settings), settings: settings)
        let producer = try KafkaProducer(kafka, logger: logger)
        let consumer = try KafkaConsumer(kafka, group: Self.group, topics: [Topics.events], logger: logger)
        let committer = OffsetCommitter(consumer: consumer, logger: logger)
        // Not a child: what is done shall be committed though this task is cancelled.
        let commits = Task { await committer.run() }
        var failure: (any Error)?
        do {
            try await consume(consumer, committer) { record in
                await self.handle(record, delivery, DeadLetters(producer: producer))
            }
        } catch {
            failure = error
        }
        committer.finish()
        await commits.value
        await consumer.close()
        await producer.close()
        await settings.transport.close()
        if let failure { throw failure }
    }

    /// What became of a record.
    private enum Outcome: Sendable {
        case done
        case later(reason: String)
    }

    private func consume(
        _ consumer: KafkaConsumer, _ committer: OffsetCommitter, handle: @escaping @Sendable (KafkaRecord) async -> Outcome
    ) async throws {
        var backoffs: [KafkaPartition: Backoff] = [:]
        try await withThrowingDiscardingTaskGroup { group in
            defer { group.cancelAll() }
            while let record = try await consumer.next() {
                let partition = KafkaPartition(topic: record.topic, partition: record.partition)
                // Not a child: a mail that is under way is finished, not left half sent.
                switch await Task(operation: { await handle(record) }).value {
                case .done:
                    backoffs[partition] = nil
                    committer.done(record)
                case .later(let reason):
                    var backoff = backoffs[partition] ?? Backoff(settings.retryDelay)
                    let wait = backoff.next()
                    backoffs[partition] = backoff
                    count(\.retries)
                    logger.warning(
                        "a message waits for another try",
                        metadata: ["reason": "\(reason)", "partition": "\(record.partition)", "offset": "\(record.offset)"])
                    // First the pause: it remembers where to go on, and the seek corrects that.
                    consumer.pause(topic: record.topic, partition: record.partition)
                    consumer.seek(to: record)
                    group.addTask {
                        guard (try? await Task.sleep(for: wait)) != nil else { return }
                        // A partition that was taken away may come back still paused.
                        _ = await consumer.waitForAssignment { $0.contains(partition) }
                        consumer.resume(topic: partition.topic, partition: partition.partition)
                    }
                }
            }
        }
    }

    private func handle(_ record: KafkaRecord, _ delivery: DigestDelivery, _ deadLetters: DeadLetters) async -> Outcome {
        let type = record.headers.last { $0.name == MessageHeader.eventType }?.value
        let reason: String
        switch DigestRequest.read(record.value, type: type) {
        case .other:
            count(\.ignored)
            return .done
        case .unreadable(let fault): reason = fault
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
                reason = fault
            }
        }
        do {
            try await deadLetters.add(record, reason: reason)
        } catch {
            return .later(reason: "\(reason); and the dead letter could not be kept: \(error)")
        }
        count(\.deadLetters)
        logger.error(
            "a message went to \(Topics.eventsDeadLetters)",
            metadata: ["reason": "\(reason)", "partition": "\(record.partition)", "offset": "\(record.offset)"])
        return .done
    }

    private func count(_ counter: WritableKeyPath<MailerCounters, Int>) {
        counts.withLock { $0[keyPath: counter] += 1 }
    }
}
