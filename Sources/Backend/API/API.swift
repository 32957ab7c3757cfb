// API: the REST API over HTTP: it reads requests, checks them, calls the Store and writes answers. It must not know who
// consumes an event, how mail is sent, or any SQL; and a user comes from the token alone.

import Digest
public import Feed
import FoundationEssentials
public import Hummingbird
import HummingbirdCore
public import Kafka
public import Logging
import NIOCore
public import Postgres
import Store
public import Telemetry
import TodoCore

/// Builds the API as a service; tests call it too.
///
/// - Parameters:
///   - feed: what GET `/events` streams. Somebody has to run it; without a broker it shows what the outbox has.
///   - commands: what POST `/task/create_event` publishes with; it answers 503 without.
///   - dependencies: besides the database, which is always there.
///   - registry: where requests and the database's connections are counted, and what GET `/metrics` shows.
///   - onRunning: called with the port once the API listens.
/// - Throws: when the settings can't be used.
public func buildApplication(
    settings: APISettings, database: PostgresPool, feed: Feed? = nil, commands: KafkaProducer? = nil,
    dependencies: [Dependency] = [], registry: Registry = Registry(), logger: Logger,
    onRunning: @escaping @Sendable (Int) async -> Void = { _ in }
) async throws -> some ApplicationProtocol {
    let router = try await buildRouter(
        settings: settings, database: database, feed: feed, commands: commands, dependencies: dependencies, registry: registry,
        logger: logger)
    return Application(
        // Who sends nothing for so long, not even the rest of a request, is let go; an answer under way, such as a stream, stays.
        router: router, server: EventLoopServer.builder(HTTP1Channel.Configuration(idleTimeout: .seconds(75))),
        configuration: ApplicationConfiguration(address: .hostname(settings.host, port: settings.port), serverName: "todo"),
        services: [],
        onServerRunning: { channel in await onRunning(channel.localAddress?.port ?? settings.port) },
        logger: logger)
}

/// The routes alone, which a test holds against `openapi.json`.
package func buildRouter(
    settings: APISettings, database: PostgresPool, feed: Feed? = nil, commands: KafkaProducer? = nil,
    dependencies: [Dependency] = [], registry: Registry = Registry(), logger: Logger
) async throws -> Router<BasicContext> {
    let tokens = try await Tokens(
        secrets: [settings.jwtSecret] + (settings.previousJWTSecret.map { [$0] } ?? []), lifetime: settings.jwtLifetime)
    let passwords = try await Passwords()
    let limits = AuthLimits(settings)
    let users = UserStore(database: database)
    let tasks = TaskStore(database: database)
    let digests = DigestRoutes(
        digests: DigestQuery(database: database), renderer: try DigestRenderer(), defaultTimeZone: settings.defaultTimeZone,
        publicURL: settings.publicURL)
    let links = UnsubscribeLink(secret: settings.unsubscribeSecret ?? settings.jwtSecret, publicURL: settings.publicURL)
    let readiness = Readiness([.database(database)] + dependencies, logger: logger)
    let feed = feed ?? Feed(database: database, logger: logger)
    try registry.addDatabaseMetrics(database)
    try feed.addMetrics(to: registry)
    let router = Router(context: BasicContext.self, options: .autoGenerateHeadEndpoints)
    router.add(middleware: RequestMiddleware(metrics: try HTTPMetrics(registry), cors: settings.cors))
    // The same API at both places: by itself, and behind a gateway that serves the page at `/`.
    for prefix in ["", "/api/v1"] as [RouterPath] {
        let open = router.group(prefix)
        HealthRoutes(readiness: readiness).add(to: open)
        MetricsRoutes(registry: registry).add(to: open)
        DescriptionRoutes().add(to: open)
        UnsubscribeRoutes(users: users, links: links).add(to: open)
        AuthRoutes(users: users, passwords: passwords, tokens: tokens, limits: limits).add(to: open)
        let signedIn = open.group()
            .add(middleware: AuthenticationMiddleware(tokens: tokens))
            .group(context: UserContext.self)
        AccountRoutes(users: users, passwords: passwords, limits: limits).add(to: signedIn)
        TaskRoutes(tasks: tasks, prefix: prefix.description).add(to: signedIn)
        CommandRoutes(tasks: tasks, producer: commands).add(to: signedIn)
        EventRoutes(feed: feed).add(to: signedIn)
        ListRoutes(lists: ListStore(database: database)).add(to: signedIn)
        StatsRoutes(stats: StatsStore(database: database, defaultTimeZone: settings.defaultTimeZone)).add(to: signedIn)
        digests.add(to: signedIn)
    }
    // After the routes: only what they don't know gets here.
    if let frontend = settings.frontend { router.add(middleware: PageMiddleware(files: PageFiles(folder: frontend))) }
    return router
}
