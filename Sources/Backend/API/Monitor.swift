public import Hummingbird
public import Logging
public import Postgres
public import Telemetry

/// Builds the small HTTP service by which roles other than the API show how they are: GET `/healthz`, `/readyz` and
/// `/metrics`, as the API has them.
///
/// - Parameters:
///   - port: 0 takes any free one.
///   - dependencies: besides the database, which is always there.
///   - onRunning: called with the port once it listens.
public func buildMonitor(
    host: String, port: Int, database: PostgresPool, dependencies: [Dependency] = [], registry: Registry, logger: Logger,
    onRunning: @escaping @Sendable (Int) async -> Void = { _ in }
) throws -> some ApplicationProtocol {
    let router = Router(context: BasicContext.self, options: .autoGenerateHeadEndpoints)
    router.add(middleware: RequestMiddleware(metrics: try HTTPMetrics(registry), cors: nil))
    try registry.addDatabaseMetrics(database)
    HealthRoutes(readiness: Readiness([.database(database)] + dependencies, logger: logger)).add(to: router)
    MetricsRoutes(registry: registry).add(to: router)
    return Application(
        router: router,
        configuration: ApplicationConfiguration(address: .hostname(host, port: port), serverName: "todo"),
        onServerRunning: { channel in await onRunning(channel.localAddress?.port ?? port) }, logger: logger)
}
