import API
import ArgumentParser
import Kafka
import Logging
import Postgres
import Relay
import ServiceLifecycle
import Store

struct APICommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "api", abstract: "Serve the REST API, and relay the outbox to the broker.",
        discussion: """
            Needs DATABASE_URL, KAFKA_BOOTSTRAP_SERVERS and JWT_SECRET. HTTP_HOST (default 0.0.0.0) and HTTP_PORT \
            (default 8080) say where it listens, JWT_TTL (default 24h) how long a login holds.
            """)

    @OptionGroup var options: RoleOptions

    func run() async throws {
        try await reporting {
            let settings = try await Settings.load(devFolder: options.data)
            try Logs.bootstrap(settings)
            let logger = Logger(label: "api")
            let database = try settings.database()
            let kafka = try settings.kafka()
            let pool = PostgresPool(database, logger: logger)
            let api = try await buildApplication(
                settings: settings.api(host: "0.0.0.0", port: 8080, secret: settings.jwtSecret()), database: pool,
                dependencies: [.broker(kafka)], logger: logger
            ) { port in logger.info("listening", metadata: ["port": "\(port)"]) }
            let relay = Relay(database: database, kafka: kafka, logger: Logger(label: "relay"))
            try await runServices([api, LongRunning { try await relay.run() }], logger: logger)
            await pool.close()
        }
    }
}

extension Settings {
    func api(host: String, port: Int, secret: [UInt8], frontend: String? = nil) throws -> APISettings {
        APISettings(
            host: string("HTTP_HOST") ?? host, port: try integer("HTTP_PORT", in: 0...65_535) ?? port, jwtSecret: secret,
            jwtLifetime: try seconds("JWT_TTL") ?? 86_400, frontend: frontend)
    }
}

extension Dependency {
    /// The API answers without its broker: what it writes waits in the outbox.
    static func broker(_ kafka: KafkaConfiguration) -> Dependency {
        Dependency(name: "broker", isRequired: false) {
            do {
                _ = try await KafkaAdmin.metadata(configuration: kafka)
                return nil
            } catch { return "\(error)" }
        }
    }
}
