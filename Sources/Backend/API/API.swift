// API: the REST API over HTTP: it reads requests, checks them, calls the Store and writes answers. It must not know who
// consumes an event, how mail is sent, or any SQL; and a user comes from the token alone.

import FoundationEssentials
public import Hummingbird
public import Logging
import NIOCore
public import Postgres
import Store
import TodoCore

/// What the API is told at its start.
public struct APISettings: Sendable {
    public var host: String
    /// 0 takes any free port.
    public var port: Int
    /// At least 32 bytes.
    public var jwtSecret: [UInt8]
    /// Seconds that a token is good for.
    public var jwtLifetime: Int
    /// The folder with the web page; nil where something else serves it.
    public var frontend: String?

    public init(host: String, port: Int, jwtSecret: [UInt8], jwtLifetime: Int = 86_400, frontend: String? = nil) {
        self.host = host
        self.port = port
        self.jwtSecret = jwtSecret
        self.jwtLifetime = jwtLifetime
        self.frontend = frontend
    }
}

/// One thing that the API leans on, for GET `/readyz`.
public struct Dependency: Sendable {
    public var name: String
    /// Whether the API can answer requests without it.
    public var isRequired: Bool
    /// Nil when it is well, else what is wrong in words.
    public var check: @Sendable () async -> String?

    public init(name: String, isRequired: Bool, check: @escaping @Sendable () async -> String?) {
        self.name = name
        self.isRequired = isRequired
        self.check = check
    }
}

/// Builds the API as a service; tests call it too.
///
/// - Parameters:
///   - dependencies: besides the database, which is always there.
///   - onRunning: called with the port once the API listens.
/// - Throws: when the settings can't be used.
public func buildApplication(
    settings: APISettings, database: PostgresPool, dependencies: [Dependency] = [], logger: Logger,
    onRunning: @escaping @Sendable (Int) async -> Void = { _ in }
) async throws -> some ApplicationProtocol {
    let tokens = try await Tokens(secret: settings.jwtSecret, lifetime: settings.jwtLifetime)
    let passwords = try await Passwords()
    let users = UserStore(database: database)
    let databaseCheck = Dependency(name: "database", isRequired: true) {
        do {
            _ = try await database.query("SELECT 1")
            return nil
        } catch { return "\(error)" }
    }
    let router = Router(context: BasicContext.self, options: .autoGenerateHeadEndpoints)
    router.add(middleware: RequestIDMiddleware())
    router.add(middleware: ProblemMiddleware())
    router.add(middleware: SecurityHeadersMiddleware())
    if let frontend = settings.frontend {
        router.add(middleware: FileMiddleware(frontend, searchForIndexHtml: true, logger: logger))
    }
    // The same API at both places: by itself, and behind a gateway that serves the page at `/`.
    for prefix in ["", "/api/v1"] as [RouterPath] {
        let open = router.group(prefix)
        HealthRoutes(dependencies: [databaseCheck] + dependencies).add(to: open)
        AuthRoutes(users: users, passwords: passwords, tokens: tokens).add(to: open)
        let signedIn = open.group()
            .add(middleware: AuthenticationMiddleware(tokens: tokens))
            .group(context: UserContext.self)
        AccountRoutes(users: users, passwords: passwords).add(to: signedIn)
        TaskRoutes(tasks: TaskStore(database: database), prefix: prefix.description).add(to: signedIn)
        ListRoutes(lists: ListStore(database: database)).add(to: signedIn)
    }
    return Application(
        router: router,
        configuration: ApplicationConfiguration(address: .hostname(settings.host, port: settings.port), serverName: "todo"),
        services: [],
        onServerRunning: { channel in await onRunning(channel.localAddress?.port ?? settings.port) },
        logger: logger)
}
