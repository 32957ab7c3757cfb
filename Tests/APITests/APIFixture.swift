import API
import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Postgres
import Store
import TestSupport
import TodoCore

/// The API over a database of its own.
struct APIFixture {
    static let secret = Array("a secret of thirty-two bytes or more".utf8)

    let pool: PostgresPool
    let client: any TestClientProtocol

    /// Runs the API without a socket, as far as routing and everything behind it goes.
    static func run(
        _ setup: TestingSetup = .router, frontend: String? = nil, _ test: @escaping @Sendable (APIFixture) async throws -> Void
    ) async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let configuration = try PostgresConfiguration(try await TestPostgres.shared.database())
        _ = try await PostgresMigrator.apply(StoreMigrations.all, to: configuration, logger: logger)
        let pool = PostgresPool(configuration, size: 4, logger: logger)
        let application = try await buildApplication(
            settings: APISettings(host: "127.0.0.1", port: 0, jwtSecret: secret, frontend: frontend), database: pool,
            logger: logger)
        try await application.test(setup) { client in
            try await test(APIFixture(pool: pool, client: client))
        }
        await pool.close()
    }

    struct Answer {
        var status: HTTPResponse.Status
        var headers: HTTPFields
        var body: [UInt8]

        func decode<T: Decodable>(_ type: T.Type = T.self) throws -> T { try Wire.decode(type, from: body) }

        var problem: Problem { get throws { try decode() } }
    }

    func send(
        _ method: HTTPRequest.Method, _ path: String, token: String? = nil, json: String? = nil, headers: HTTPFields = [:]
    ) async throws -> Answer {
        var headers = headers
        if let token { headers[.authorization] = "Bearer \(token)" }
        if json != nil, headers[.contentType] == nil { headers[.contentType] = "application/json" }
        return try await client.execute(uri: path, method: method, headers: headers, body: json.map { ByteBuffer(string: $0) }) {
            Answer(status: $0.status, headers: $0.headers, body: Array($0.body.readableBytesView))
        }
    }

    /// A new account's token.
    func signedIn(_ email: String = "me@example.org") async throws -> String {
        let body = #"{"email": "\#(email)", "password": "correct horse"}"#
        _ = try await send(.post, "/auth/register", json: body)
        return try await send(.post, "/auth/login", json: body).decode(AccessToken.self).accessToken
    }

    func create(_ title: String, token: String) async throws -> TodoTask {
        try await send(.post, "/tasks", token: token, json: #"{"title": "\#(title)"}"#).decode()
    }
}
