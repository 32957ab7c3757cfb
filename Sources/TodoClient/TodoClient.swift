// TodoClient: the API client that CLI and TUI share: configuration, the kept login, requests with retries, the live feed,
// errors in words for people. It must not know who uses it: no terminal, no arguments, no printing, and of the server only
// what the contract promises.

import Curl
import Synchronization
import TodoCore

/// Talks to one todo server as one user. Safe to use from many tasks at once.
public final class TodoClient: Sendable {
    /// Takes a line about a request: `GET /api/v1/tasks -> 200 in 4 ms (1234 bytes)`. Never a token, a password or a body.
    public typealias Trace = @Sendable (String) -> Void

    public let configuration: ClientConfiguration
    let sender: any HTTPSending
    let retries: RetryPolicy
    let store: TokenStore?
    let token: Mutex<String?>
    let trace: Trace?

    /// - Parameters:
    ///   - sender: Nil for libcurl with the configuration's timeout.
    ///   - retries: How often and after which waits a request is sent again.
    ///   - trace: Takes a line for each answer, and for each attempt that had none. Called from any thread.
    /// - Throws: `storage` where the kept login can't be read.
    public init(
        configuration: ClientConfiguration, sender: (any HTTPSending)? = nil, retries: RetryPolicy = .standard,
        trace: Trace? = nil
    ) throws(ClientError) {
        self.configuration = configuration
        self.sender = sender ?? configuration.transport()
        self.retries = retries
        self.trace = trace
        store = configuration.stateFolder.map { TokenStore(folder: $0) }
        do throws(FileError) {
            let kept = configuration.token == nil ? try store?.read(for: configuration.url) : nil
            token = Mutex(configuration.token ?? kept?.accessToken)
        } catch { throw .storage(error) }
    }

    /// Whether there is a login to send; the server may still refuse it.
    public var isLoggedIn: Bool { token.withLock { $0 != nil } }

    // MARK: Requests

    func send<Answer: Decodable>(_ request: APIRequest) async throws(ClientError) -> Answer {
        try decode(Answer.self, from: try await answer(to: request))
    }

    func decode<Answer: Decodable>(_ type: Answer.Type, from response: HTTPResponse) throws(ClientError) -> Answer {
        do {
            return try Wire.decode(type, from: response.body)
        } catch { throw notUnderstood }
    }

    var notUnderstood: ClientError {
        .unexpectedAnswer(url: configuration.url.text, reason: "its answer is not what a todo server says")
    }

    /// The answer when it is 2xx, else the error that it means.
    func answer(to request: APIRequest) async throws(ClientError) -> HTTPResponse {
        let message = try message(for: request)
        var attempt = 1
        /// Whether the server may have done it already, at an attempt that brought no answer.
        var mayBeDone = false
        while true {
            let failure: ClientError
            let outcome: RetryPolicy.Outcome
            let stopwatch = trace.map { _ in ContinuousClock.now }
            do throws(HTTPError) {
                let response = try await sender.send(message)
                note(request, .success(response), since: stopwatch)
                guard !(200..<300).contains(response.status) else { return response }
                if mayBeDone, request.isGone(response.status) { return HTTPResponse(status: 204) }
                failure = ClientError(response, url: configuration.url.text, hadToken: request.needsLogin)
                outcome = .answer(status: response.status, retryAfter: RetryPolicy.retryAfter(response.headers["Retry-After"]))
            } catch {
                note(request, .failure(error), since: stopwatch)
                failure = ClientError(error, url: configuration.url.text)
                outcome = .failure(error)
            }
            guard let delay = retries.delay(afterAttempt: attempt, outcome, isRepeatable: request.isRepeatable) else {
                throw failure
            }
            mayBeDone = mayBeDone || outcome.mayBeDone
            trace?("  again in \(delay.milliseconds) ms (attempt \(attempt + 1) of \(retries.attempts))")
            do { try await retries.wait(delay) } catch { throw .cancelled }
            attempt += 1
        }
    }

    /// The request with the server's address and the login in it.
    func message(for request: APIRequest) throws(ClientError) -> HTTPRequest {
        let token = token.withLock { $0 }
        if request.needsLogin, token == nil { throw .unauthorized(url: configuration.url.text, hadToken: false) }
        return try request.message(to: configuration.url, token: request.needsLogin ? token : nil)
    }
}
