import API
import ArgumentParser
import Kafka
import Logging
import Postgres
import Relay
import ServiceLifecycle
import Store
import Telemetry
import TodoCore

struct APICommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "api", abstract: "Serve the REST API, and relay the outbox to the broker.",
        discussion: """
            Needs DATABASE_URL, KAFKA_BOOTSTRAP_SERVERS and JWT_SECRET. HTTP_HOST (default 0.0.0.0) and HTTP_PORT \
            (default 8080) say where it listens, JWT_TTL (default 24h) how long a login holds. LOGIN_RATE_LIMIT and \
            REGISTER_RATE_LIMIT (default 60/1m; off for none) limit each address; behind a proxy, TRUSTED_PROXIES \
            (such as 10.0.0.0/8) says whose X-Forwarded-For to believe. CORS_ORIGINS (such as https://app.example.org, \
            with commas; default: none) lets pages of other sites call the API.
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
            let registry = Registry()
            try registry.addProcessMetrics(version: Product.version)
            let api = try await buildApplication(
                settings: settings.api(host: "0.0.0.0", port: 8080, secret: settings.jwtSecret()), database: pool,
                dependencies: [.broker(kafka)], registry: registry, logger: logger
            ) { port in logger.info("listening", metadata: ["port": "\(port)"]) }
            let relay = Relay(
                database: database, kafka: kafka, metrics: try RelayMetrics(registry), logger: Logger(label: "relay"))
            try await runServices([api, LongRunning { try await relay.run() }], logger: logger)
            await pool.close()
        }
    }
}

extension Settings {
    func api(host: String, port: Int, secret: [UInt8], frontend: String? = nil) throws -> APISettings {
        var settings = APISettings(
            host: string("HTTP_HOST") ?? host, port: try integer("HTTP_PORT", in: 0...65_535) ?? port, jwtSecret: secret,
            jwtLifetime: try seconds("JWT_TTL") ?? 86_400, frontend: frontend)
        settings.loginLimit = try rateLimit("LOGIN_RATE_LIMIT") ?? settings.loginLimit
        settings.registrationLimit = try rateLimit("REGISTER_RATE_LIMIT") ?? settings.registrationLimit
        settings.trustedProxies = try trustedProxies()
        settings.cors = try cors()
        settings.defaultTimeZone = defaultTimeZone
        settings.publicURL = string("PUBLIC_URL") ?? "http://\(host):\(settings.port)"
        settings.unsubscribeSecret = try unsubscribeSecret()
        return settings
    }
}

extension Dependency {
    /// The API answers without its broker: what it writes waits in the outbox. Each check opens a connection, so its answer
    /// is kept for some seconds.
    static func broker(_ kafka: KafkaConfiguration) -> Dependency {
        Dependency(name: "broker", isRequired: false, freshness: .seconds(5)) {
            do {
                _ = try await KafkaAdmin.metadata(configuration: kafka, timeout: .seconds(1))
                return nil
            } catch { return "\(error)" }
        }
    }
}
