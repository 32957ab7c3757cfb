import ArgumentParser
import Glibc
import Kafka
import Logging
import Postgres
import Store

struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Bring the database's schema up to date. Safe to run at any time, and twice at once.",
        discussion: """
            Needs DATABASE_URL, of a login that owns the schema. With --topics it also makes the broker's topics where they are \
            missing; that needs KAFKA_BOOTSTRAP_SERVERS.
            """)

    @Flag(help: "Make the missing topics too, with the broker's default replication.")
    var topics = false

    @Option(help: "With --topics: how many partitions a new topic gets.")
    var partitions = Topics.partitions

    @OptionGroup var options: RoleOptions

    /// After a restore on another server: see `RestoredOutbox`.
    private func continueRestoredOutbox(_ settings: Settings) async throws {
        let pool = PostgresPool(try settings.database(), size: 1, logger: Logger(label: "migrate"))
        let progress = ProgressLine(isShown: isatty(STDERR_FILENO) == 1)
        let count = try await RestoredOutbox.catchUp(pool) { progress.show($0, "transactions") }
        progress.end()
        await pool.close()
        guard count > 0 else { return }
        FileHandleStream.standardOutput.write(
            "Went through \(count) transactions, so that new events follow those of the restored database.\n")
    }

    func validate() throws {
        guard (1...1000).contains(partitions) else { throw ValidationError("--partitions must be from 1 to 1000.") }
    }

    func run() async throws {
        try await reporting {
            let settings = try await Settings.load(devFolder: options.data)
            try Logs.bootstrap(settings)
            let applied = try await PostgresMigrator.apply(
                StoreMigrations.all, to: settings.database(), logger: Logger(label: "migrate"))
            FileHandleStream.standardOutput.write(
                applied.isEmpty ? "The schema is up to date.\n" : "Applied \(applied.joined(separator: ", ")).\n")
            try await continueRestoredOutbox(settings)
            guard topics else { return }
            // A broker's own settings would delete what waits for a person after a week.
            let letters = ["retention.ms": "2592000000"]
            try await KafkaAdmin.createTopics(
                Topics.all.map { name in
                    KafkaTopic(name: name, partitions: partitions, properties: name.hasSuffix(".dlq") ? letters : [:])
                }, configuration: settings.kafka())
            FileHandleStream.standardOutput.write("The topics are there.\n")
        }
    }
}
