import API
import ArgumentParser
import Logging

struct APICommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "api", abstract: "Serve the REST API, relay the outbox to the broker, and do what is asked for through it.",
        discussion: """
            Needs DATABASE_URL, KAFKA_BOOTSTRAP_SERVERS and JWT_SECRET. HTTP_HOST (default 0.0.0.0) and HTTP_PORT \
            (default 8080) say where it listens, JWT_TTL (default 24h) how long a login holds. JWT_SECRET_PREVIOUS is the \
            secret before a change of JWT_SECRET: its tokens are still accepted. LOGIN_RATE_LIMIT and \
            REGISTER_RATE_LIMIT (default 60/1m; off for none) limit each address; behind a proxy, TRUSTED_PROXIES \
            (such as 10.0.0.0/8) says whose X-Forwarded-For to believe. CORS_ORIGINS (such as https://app.example.org, \
            with commas; default: none) lets pages of other sites call the API. EVENTS_RETENTION (default 30d) says how \
            long published events are kept.
            """)

    @OptionGroup var options: RoleOptions

    func run() async throws {
        try await reporting {
            let settings = try await Settings.load(devFolder: options.data)
            try Logs.bootstrap(settings)
            let logger = Logger(label: "api")
            let api = try settings.api(host: "0.0.0.0", port: 8080, secret: settings.jwtSecret())
            let role = try APIRole(database: settings.database(), kafka: settings.kafka(), settings: settings)
            try await role.run(api) { port in logger.info("listening", metadata: ["port": "\(port)"]) }
        }
    }
}

extension Settings {
    func api(host: String, port: Int, secret: [UInt8], frontend: String? = nil) throws -> APISettings {
        var settings = APISettings(
            host: string("HTTP_HOST") ?? host, port: try integer("HTTP_PORT", in: 0...65_535) ?? port, jwtSecret: secret,
            jwtLifetime: try seconds("JWT_TTL") ?? 86_400, frontend: frontend)
        settings.previousJWTSecret = try previousJWTSecret()
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
