import ArgumentParser
import FoundationEssentials
import Kafka
import Logging
import Postgres
import Scheduler
import TodoCore

struct SchedulerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scheduler", abstract: "Request the daily digests when each user's day begins.",
        discussion: """
            Needs DATABASE_URL and KAFKA_BOOTSTRAP_SERVERS. DIGEST_CRON (default "0 0 * * *") says when, by the clock of \
            each user's time zone; DIGEST_TIME_ZONE (default UTC) is the zone of users who chose none.

            MONITOR_PORT is where /healthz, /readyz and /metrics answer (default: nowhere).

            With --once it requests what is due at one instant and ends:
              todo-backend scheduler --once --at 2026-11-22T00:00:00Z
            """)

    @Flag(help: "Request what is due, then end.")
    var once = false

    @Option(help: "With --once: the instant to act for, in RFC 3339. Default: now.")
    var at: String?

    @OptionGroup var options: RoleOptions

    func validate() throws {
        if at != nil, !once { throw ValidationError("--at goes with --once.") }
        if let at, Timestamp.date(at) == nil {
            throw ValidationError("--at is \(at): it must be a time like 2026-11-22T00:00:00Z.")
        }
    }

    func run() async throws {
        try await reporting {
            let settings = try await Settings.load(devFolder: options.data)
            try Logs.bootstrap(settings, defaultLevel: once ? .warning : .info)
            let logger = Logger(label: "scheduler")
            let pool = PostgresPool(try settings.database(), size: 2, logger: logger)
            let kafka = try settings.kafka()
            let producer = try KafkaProducer(kafka.allowingRepeats, logger: logger)
            let scheduler = try Scheduler(
                database: pool, kafka: producer, settings: settings.scheduler(), logger: logger)
            if once {
                let count = try await scheduler.tick(at: at.flatMap { Timestamp.date($0) } ?? Date())
                FileHandleStream.standardOutput.write("Requested \(count) \(count == 1 ? "digest" : "digests").\n")
            } else {
                let monitor = try Monitor(settings: settings, database: pool, kafka: kafka, logger: logger)
                try await runServices(monitor.services() + [LongRunning { try await scheduler.run() }], logger: logger)
            }
            await producer.close()
            await pool.close()
        }
    }
}

extension Settings {
    /// The time zone of users who have none.
    var defaultTimeZone: String { string("DIGEST_TIME_ZONE") ?? "UTC" }

    func scheduler() throws -> SchedulerSettings {
        let cron: CronExpression
        do {
            cron = try CronExpression(string("DIGEST_CRON") ?? "0 0 * * *")
        } catch {
            throw SettingError(description: "DIGEST_CRON can't be used: \(error)")
        }
        return SchedulerSettings(cron: cron, defaultTimeZone: defaultTimeZone)
    }
}
