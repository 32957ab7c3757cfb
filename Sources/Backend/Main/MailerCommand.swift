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
            SMTP_USERNAME and SMTP_PASSWORD where the server wants them. PUBLIC_URL is where users open their tasks, \
            UNSUBSCRIBE_SECRET (or JWT_SECRET) signs the links that stop the mails. MONITOR_PORT is where /healthz, /readyz \
            and /metrics answer (default: nowhere).
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
            guard let secret = try settings.unsubscribeSecret() else {
                throw SettingError.missing(
                    "UNSUBSCRIBE_SECRET", "Give at least 32 random bytes, the same as to the API, to sign the links in the mails."
                )
            }
            let mail = try settings.mailer(url: url).withUnsubscribeLinks(secret: secret)
            let pool = PostgresPool(try settings.database(), size: 2, logger: logger)
            let kafka = try settings.kafka()
            let monitor = try Monitor(settings: settings, database: pool, kafka: kafka, logger: logger)
            let mailer = Mailer(database: pool, kafka: kafka, settings: mail, logger: logger)
            try monitor.registry.addMailerMetrics(mailer)
            try await runServices(monitor.services() + [LongRunning { try await mailer.run() }], logger: logger)
            await pool.close()
        }
    }
}
