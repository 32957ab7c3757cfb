import API
import FoundationEssentials
import HTTPTypes
import HummingbirdTesting
import Logging
import Postgres
import Store
import Synchronization
import TestSupport
import TodoCore

extension APIFixture {
    /// The API with settings of one's own, and with its log.
    static func run(
        _ setup: TestingSetup = .router, settings change: (inout APISettings) -> Void, log: LogRecorder = LogRecorder(),
        _ test: @escaping @Sendable (APIFixture) async throws -> Void
    ) async throws {
        var settings = APISettings(host: "127.0.0.1", port: 0, jwtSecret: secret)
        change(&settings)
        let logger = log.logger
        let configuration = try PostgresConfiguration(try await TestPostgres.shared.database())
        _ = try await PostgresMigrator.apply(StoreMigrations.all, to: configuration, logger: logger)
        let pool = PostgresPool(configuration, size: 4, logger: logger)
        let application = try await buildApplication(settings: settings, database: pool, logger: logger)
        try await application.test(setup) { client in try await test(APIFixture(pool: pool, client: client)) }
        await pool.close()
    }

    static let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]

    func register(_ email: String, _ password: String, headers: HTTPFields = [:]) async throws -> Answer {
        try await send(.post, "/auth/register", json: credentials(email, password), headers: headers)
    }

    func login(_ email: String, _ password: String, headers: HTTPFields = [:]) async throws -> Answer {
        try await send(.post, "/auth/login", json: credentials(email, password), headers: headers)
    }

    private func credentials(_ email: String, _ password: String) throws -> String {
        String(decoding: try Wire.encode(Credentials(email: email, password: password)), as: UTF8.self)
    }
}

/// Everything that is logged, at all levels.
final class LogRecorder: Sendable {
    private let text = Mutex("")

    var lines: String { text.withLock { $0 } }

    var logger: Logger { Logger(label: "test") { _ in Handler(recorder: self) } }

    private struct Handler: LogHandler {
        let recorder: LogRecorder
        var metadata: Logger.Metadata = [:]
        var logLevel: Logger.Level = .trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let line =
                "\(event.level) \(event.message) \(metadata) \(event.metadata ?? [:]) \(event.error.map { "\($0)" } ?? "")\n"
            recorder.text.withLock { $0 += line }
        }
    }
}

/// JSON Web Tokens made by hand, good and bad.
enum Forge {
    static func base64URL(_ bytes: some Sequence<UInt8>) -> String {
        String(Data(bytes).base64EncodedString().filter { $0 != "=" }.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 })
    }

    static func text(_ header: String, _ claims: String) -> String { "\(base64URL(header.utf8)).\(base64URL(claims.utf8))" }
}

/// Values that a test's closures gather.
final class Collected<Value: Sendable>: Sendable {
    private let values = Mutex<[Value]>([])

    var all: [Value] { values.withLock { $0 } }

    func append(_ value: Value) { values.withLock { $0.append(value) } }
}
