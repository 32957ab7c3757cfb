// Commands: consumes the topic `commands` and does what is asked for: it creates tasks. At least once by Kafka, once by
// the task's id and processed_events. It must not know who asks, nor who reads the events of what it does.

import Consumption
import FoundationEssentials
public import Kafka
public import Logging
public import Postgres
import Store
import Synchronization
import TodoCore

/// What a consumer of commands did since it was made.
public struct CommandCounters: Sendable, Hashable {
    /// Tasks that are there now.
    public var created = 0
    /// Commands that were done before.
    public var duplicates = 0
    /// Messages of other types.
    public var ignored = 0
    /// Messages that went to `commands.dlq`.
    public var dead = 0
    /// Tries that failed and are made again.
    public var retries = 0

    /// Nothing yet.
    public init() {}
}

/// The service that creates the tasks that `task.creation.requested` asks for.
public final class CommandConsumer: Sendable {
    /// The consumer group: all consumers share the partitions.
    public static let group = "tasks"

    private let creation: TaskCreation
    private let consumer: GroupConsumer
    private let logger: Logger
    private let counts = Mutex(CommandCounters())

    /// A consumer; it connects when it runs.
    ///
    /// - Parameters:
    ///   - database: with the rights of the API.
    ///   - retryDelay: the waits between tries while the database is away.
    public init(
        database: PostgresPool, kafka: KafkaConfiguration,
        retryDelay: ClosedRange<Duration> = .seconds(1) ... .seconds(60), logger: Logger
    ) {
        creation = TaskCreation(database: database)
        consumer = GroupConsumer(
            kafka: kafka, group: Self.group, topics: [Topics.commands], retryDelay: retryDelay, logger: logger)
        self.logger = logger
    }

    /// What it did since it was made.
    public var counters: CommandCounters {
        var counters = counts.withLock(\.self)
        (counters.dead, counters.retries) = (consumer.counters.dead, consumer.counters.retries)
        return counters
    }

    /// Works until the task is cancelled; the command that it is at is finished first.
    ///
    /// - Throws: `KafkaError` where the configuration is wrong or the consumer is of no use any more.
    public func run() async throws {
        try await consumer.run { record in await self.handle(record) }
    }

    private func handle(_ record: KafkaRecord) async -> Outcome {
        switch CommandMessage(record) {
        case .other:
            count(\.ignored)
            return .done
        case .unreadable(let reason): return .dead(reason: reason)
        case .creation(let command, let requestID):
            switch await creation.run(command, requestID: requestID) {
            case .created:
                count(\.created)
                log("task created", command)
                return .done
            case .duplicate:
                count(\.duplicates)
                log("task was created before", command)
                return .done
            case .refused(let reason): return .dead(reason: reason)
            case .failed(let reason): return .later(reason: reason)
            }
        }
    }

    private func count(_ counter: WritableKeyPath<CommandCounters, Int>) {
        counts.withLock { $0[keyPath: counter] += 1 }
    }

    private func log(_ message: Logger.Message, _ command: TaskCommand) {
        logger.info(
            message,
            metadata: [
                "event_id": "\(command.id.lowercase)", "user_id": "\(command.user.lowercase)",
                "task_id": "\(command.taskID.lowercase)",
            ])
    }
}
