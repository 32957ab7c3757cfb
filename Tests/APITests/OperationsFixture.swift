import API
import HTTPTypes
import HummingbirdTesting
import Logging
import Postgres
import Store
import Telemetry
import TestSupport

extension APIFixture {
    /// The API as those see it who run it.
    static func operated(
        _ setup: TestingSetup = .router, frontend: String? = nil, cors: CORSPolicy? = nil, dependencies: [Dependency] = [],
        log: LogRecorder = LogRecorder(), _ test: @escaping @Sendable (APIFixture) async throws -> Void
    ) async throws {
        let configuration = try PostgresConfiguration(try await TestPostgres.shared.database())
        _ = try await PostgresMigrator.apply(StoreMigrations.all, to: configuration, logger: log.logger)
        let pool = PostgresPool(configuration, size: 4, logger: log.logger)
        var settings = APISettings(host: "127.0.0.1", port: 0, jwtSecret: secret, frontend: frontend)
        settings.cors = cors
        let application = try await buildApplication(
            settings: settings, database: pool, dependencies: dependencies, registry: Registry(), logger: log.logger)
        try await application.test(setup) { client in try await test(APIFixture(pool: pool, client: client)) }
        await pool.close()
    }

    /// The lines of GET `/metrics`.
    func metrics() async throws -> [String] {
        let answer = try await send(.get, "/metrics")
        return String(decoding: answer.body, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
