import ArgumentParser
import Kafka
import Logging
import Mailer
import Postgres

struct MailerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mailer", abstract: "Send the digests that the scheduler requests.",
        discussion: """
            Needs DATABASE_URL, KAFKA_BOOTSTRAP_SERVERS, SMTP_URL (smtp://, smtps:// or maildir:) and MAIL_FROM; \
            SMTP_USERNAME and SMTP_PASSWORD where the server wants them. PUBLIC_URL is where users open their tasks.
            """)

    @OptionGroup var options: RoleOptions

    func run() async throws {
        try await reporting {
            let settings = try await Settings.load(devFolder: options.data)
            try Logs.bootstrap(settings)
            let logger = Logger(label: "mailer")
            guard let url = settings.string("SMTP_URL") else {
                throw SettingError.missing("SMTP_URL", "Give smtp://host:587, smtps://host or maildir:/folder.")
            }
            let mail = try settings.mailer(url: url)
            let pool = PostgresPool(try settings.database(), size: 2, logger: logger)
            let mailer = try Mailer(database: pool, kafka: settings.kafka(), settings: mail, logger: logger)
            try await runServices([LongRunning { try await mailer.run() }], logger: logger)
            await pool.close()
        }
    }
}
