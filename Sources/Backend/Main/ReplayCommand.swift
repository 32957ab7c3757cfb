import ArgumentParser
import FoundationEssentials
import Glibc
import Logging
import Postgres
import Relay
import Store
import TodoCore

struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Publish events once more that were published before.",
        discussion: """
            For a broker that has lost events, or a consumer that shall see them again: the same events with the same ids, in \
            the same order, while everything goes on. Services do nothing twice. Only what is still kept (EVENTS_RETENTION) \
            can be published again.

            EXAMPLES
              todo-backend replay --since all                      fill an empty broker
              todo-backend replay --since 2026-11-20
              todo-backend replay --since 2h --type task.completed --type task.reopened

            Needs DATABASE_URL and KAFKA_BOOTSTRAP_SERVERS, or a running `todo-backend dev`.
            """)

    @Option(
        help: """
            From when: a time such as 2026-11-20T08:00:00Z, a day (from 00:00 UTC), a length of time before now such as 2h \
            or 7d, or all.
            """)
    var since: Since

    @Option(name: .customLong("type"), help: "Only events of this type, such as task.created; may be given several times.")
    var types: [String] = []

    @OptionGroup var options: RoleOptions

    func run() async throws {
        try await reporting {
            let settings = try await Settings.load(devFolder: options.data)
            try Logs.bootstrap(settings)
            let logger = Logger(label: "replay")
            let pool = PostgresPool(try settings.database(), size: 2, logger: logger)
            let progress = ProgressLine(isShown: isatty(STDERR_FILENO) == 1)
            let count = try await Relay.replay(
                database: pool, kafka: settings.kafka(), since: since.date(now: Date()), types: types.isEmpty ? nil : types,
                logger: logger
            ) { progress.show($0, "events published") }
            progress.end()
            await pool.close()
            FileHandleStream.standardOutput.write("\(count) events published\n")
        }
    }
}

/// When a replay begins.
enum Since: ExpressibleByArgument {
    case all
    case at(Date)
    case ago(Double)

    init?(argument: String) {
        if argument == "all" {
            self = .all
        } else if let date = Timestamp.date(argument) ?? Timestamp.date("\(argument)T00:00:00Z") {
            self = .at(date)
        } else if let seconds = Settings.seconds(argument) {
            self = .ago(Double(seconds))
        } else {
            return nil
        }
    }

    func date(now: Date) -> Date {
        switch self {
        case .all: .distantPast
        case .at(let date): date
        case .ago(let seconds): now - seconds
        }
    }
}
