import API
import ArgumentParser
import Embedded
import FoundationEssentials
import Kafka
import Logging
import Mailer
import Postgres
import Relay
import Scheduler
import ServiceLifecycle
import Store
import Telemetry
import TodoCore

struct DevCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dev", abstract: "Run everything on this machine: no other server is needed.",
        discussion: """
            Keeps a private PostgreSQL in the data folder, starts an embedded broker, and runs API, web page, relay, \
            scheduler and mailer. Mail goes to a Maildir in the data folder, or where SMTP_URL says. Once everything \
            answers, dev.json in the data folder has the addresses.
            """)

    @Option(help: "The folder that keeps all the data.")
    var data = DevFile.defaultFolder

    @Option(help: "The port of the API and the page; 0 takes any free one. Default: HTTP_PORT, else 8080.")
    var port: UInt16?

    func run() async throws {
        try await reporting {
            let settings = try await Settings.load()
            try Logs.bootstrap(settings, defaultLevel: .notice)
            let system = try await DevSystem.start(folder: data, port: port.map(Int.init), settings: settings)
            do {
                try await system.run()
            } catch {
                await system.stop()
                throw error
            }
            await system.stop()
        }
    }
}

/// All parts in one process. Each is given addresses, as in production, and can't tell the difference.
private struct DevSystem {
    let folder: DataFolder
    let server: PrivatePostgres
    let broker: EmbeddedBroker
    let database: PostgresConfiguration
    let kafka: KafkaConfiguration
    let api: APISettings
    let mail: MailerSettings
    /// Nil where mail goes to a server.
    let maildir: String?
    let settings: Settings
    private let logger = Logger(label: "dev")

    /// Brings up the database and the broker, the schema and the topics.
    static func start(folder path: String, port: Int?, settings: Settings) async throws -> DevSystem {
        let logger = Logger(label: "dev")
        let folder = try DataFolder.open(path)
        folder.withdraw()
        var api = try settings.api(
            host: "127.0.0.1", port: 8080, secret: secret(settings, folder), frontend: Frontend.folder(settings))
        if let port { api.port = port }
        try PortCheck.isFree(host: api.host, port: api.port)
        let smtp = settings.string("SMTP_URL")
        let mail = try settings.mailer(
            url: smtp ?? "maildir:\(folder.mailPath)", from: "todo <todo@localhost.localdomain>",
            publicURL: "http://\(api.host):\(api.port)"
        ).withUnsubscribeLinks(secret: api.unsubscribeSecret ?? api.jwtSecret)
        let server = try await PrivatePostgres.start(in: folder, logger: logger)
        do {
            let database = try PostgresConfiguration(server.connectionString)
            _ = try await PostgresMigrator.apply(StoreMigrations.all, to: database, logger: logger)
            let broker = try EmbeddedBroker(logger: logger)
            for topic in Topics.all { try broker.createTopic(topic, partitions: Topics.partitions, replication: 3) }
            return DevSystem(
                folder: folder, server: server, broker: broker, database: database,
                kafka: paced(broker.configuration), api: api, mail: mail,
                maildir: smtp == nil ? folder.mailPath : nil, settings: settings)
        } catch {
            await server.stop()
            throw error
        }
    }

    /// Runs the services until a signal, or until one of them or the database ends by itself.
    func run() async throws {
        let role = try APIRole(database: database.role(.api), kafka: kafka, settings: settings)
        // This broker has forgotten everything: the database tells it again.
        try await role.rewindRelay()
        let schedulerPool = PostgresPool(database.role(.scheduler), size: 2, logger: Logger(label: "scheduler"))
        let producer = try KafkaProducer(kafka.allowingRepeats, logger: Logger(label: "scheduler"))
        let scheduler = try Scheduler(
            database: schedulerPool, kafka: producer, settings: settings.scheduler(), logger: Logger(label: "scheduler"))
        let mailerPool = PostgresPool(database.role(.mailer), size: 2, logger: Logger(label: "mailer"))
        let mailer = Mailer(database: mailerPool, kafka: kafka, settings: mail, logger: Logger(label: "mailer"))
        try await role.run(
            api,
            beside: [
                LongRunning { try await watchDatabase() },
                LongRunning { try await mailer.run() },
                LongRunning { try await scheduler.run() },
            ]
        ) { port in announce(port: port) }
        await producer.close()
        for pool in [schedulerPool, mailerPool] { await pool.close() }
    }

    func stop() async {
        folder.withdraw()
        broker.close()
        await server.stop()
    }

    private func watchDatabase() async throws {
        let exit = try await server.exited
        throw EmbeddedServerEnded(exit: exit)
    }

    /// Everything answers: says so to people and to programs.
    private func announce(port: Int) {
        let url = "http://\(api.host):\(port)"
        do {
            try folder.publish(
                DevFile(url: url, kafka: kafka.bootstrapServers, databaseURL: server.connectionString, maildir: maildir))
        } catch {
            logger.error("\(error)")
        }
        let hint = url == "http://127.0.0.1:8080" ? "" : "  export TODO_URL=\(url)\n"
        FileHandleStream.standardOutput.write(
            """
            todo is ready: \(url)
              page     \(url)/
              Kafka    \(kafka.bootstrapServers)
              mail     \(maildir ?? settings.string("SMTP_URL") ?? "")
            Try first:
            \(hint)  todo register me@example.org
              todo add "Buy milk"
              todo-tui

            """)
    }

    private static func paced(_ kafka: KafkaConfiguration) -> KafkaConfiguration {
        var kafka = kafka
        kafka.pacing = .services
        return kafka
    }

    private static func secret(_ settings: Settings, _ folder: DataFolder) throws -> [UInt8] {
        settings.string("JWT_SECRET") == nil ? Array(try folder.secret("jwt").utf8) : try settings.jwtSecret()
    }
}

/// The database went away under the services.
private struct EmbeddedServerEnded: Error, CustomStringConvertible {
    let exit: ServerExit

    var description: String { "The embedded database is gone. \(exit)" }
}

extension PostgresConfiguration {
    /// The same database with the rights of one service.
    func role(_ role: ServiceRole) -> PostgresConfiguration {
        var configuration = self
        configuration.role = role.rawValue
        return configuration
    }
}
