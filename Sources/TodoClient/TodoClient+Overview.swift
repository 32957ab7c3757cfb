import Curl
public import TodoCore

extension TodoClient {
    /// Counts, and what was done on each day of the last year.
    public func stats() async throws(ClientError) -> TaskStats { try await send(APIRequest("GET", "/stats")) }

    /// Today's digest as it would be mailed.
    public func digest() async throws(ClientError) -> DigestAnswer { try await send(APIRequest("GET", "/digest")) }

    /// The same in words.
    public func digestText() async throws(ClientError) -> String { try await digest(as: "text/plain") }

    /// The same as the page that mail programs show.
    public func digestHTML() async throws(ClientError) -> String { try await digest(as: "text/html") }

    private func digest(as type: String) async throws(ClientError) -> String {
        var request = APIRequest("GET", "/digest")
        request.accept = type
        return String(decoding: try await answer(to: request).body, as: UTF8.self)
    }

    /// What the server says about itself and what it leans on; also when it says that it is not ready.
    public func readiness() async throws(ClientError) -> Readiness {
        do throws(ClientError) {
            return try await send(APIRequest("GET", "/readyz", isRepeatable: false, needsLogin: false))
        } catch .server(let problem, body: let body) {
            guard let readiness = try? Wire.decode(Readiness.self, from: body) else { throw .server(problem, body: body) }
            return readiness
        }
    }
}

/// The answer of GET `/readyz`.
public struct Readiness: Codable, Sendable, Hashable {
    /// `ok`, `degraded` or `unavailable`.
    public var status: String
    /// What the server leans on, each with `ok` or what is wrong.
    public var dependencies: [String: String]?

    public var isReady: Bool { status != "unavailable" }
}
