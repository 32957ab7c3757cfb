import Curl
import Synchronization
import TodoClient
import TodoCore

/// What `--dry-run` tells of a change: the request that would be sent.
struct PlannedRequest: Encodable, Sendable {
    var method: String
    /// With the query, without the server: `/api/v1/tasks/12`.
    var path: String
    /// Nil where the request has none. Passwords are left out.
    var body: JSONValue?

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(method, forKey: .method)
        try container.encode(path, forKey: .path)
        try container.encode(body, forKey: .body)
    }

    enum CodingKeys: String, CodingKey { case method, path, body }
}

/// Holds back all that would change something, so that the very code of a command can run without doing anything.
enum DryRun {
    /// Where a request that was held back is kept. One for each plan, however many are made at once.
    private final class Slot: Sendable {
        let request = Mutex<PlannedRequest?>(nil)
    }

    @TaskLocal private static var slot: Slot?

    /// The request with which `change` would begin to change something.
    static func plan(_ change: () async throws -> Void) async throws -> PlannedRequest {
        let slot = Slot()
        var failure: (any Error)?
        do { try await $slot.withValue(slot) { try await change() } } catch { failure = error }
        if let request = slot.request.withLock({ $0 }) { return request }
        throw failure ?? UsageError("There is nothing to do.")
    }

    /// Lets only requests through that read.
    struct Sender: HTTPSending {
        let base: any HTTPSending
        let server: ServerURL

        func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
            if request.method == "GET" { return try await base.send(request) }
            let path = request.url.hasPrefix(server.text) ? String(request.url.dropFirst(server.text.count)) : request.url
            let body = request.body.flatMap { $0.isEmpty ? nil : try? Wire.decode(JSONValue.self, from: $0) }
            let planned = PlannedRequest(method: request.method, path: path, body: body.map(Sender.withoutPasswords))
            slot?.request.withLock { $0 = planned }
            throw .cancelled
        }

        func stream(_ request: HTTPRequest, idleTimeout: Duration) async throws(HTTPError) -> HTTPStream {
            try await base.stream(request, idleTimeout: idleTimeout)
        }

        private static func withoutPasswords(_ body: JSONValue) -> JSONValue {
            guard case .object(let fields) = body else { return body }
            return .object(fields.filter { !$0.key.contains("password") })
        }
    }
}
