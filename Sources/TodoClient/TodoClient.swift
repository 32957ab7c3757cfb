// TodoClient: the API client that CLI and TUI share: configuration, the kept login, requests with retries, errors in
// words for people. It must not know who uses it: no terminal, no arguments, no printing, and of the server only what
// the contract promises.

import Curl
import FoundationEssentials
import Synchronization
public import TodoCore

/// Talks to one todo server as one user. Safe to use from many tasks at once.
public final class TodoClient: Sendable {
    public let configuration: ClientConfiguration
    private let sender: any HTTPSending
    private let retries: RetryPolicy
    private let store: TokenStore?
    private let token: Mutex<String?>

    /// - Parameters:
    ///   - sender: Nil for libcurl with the configuration's timeout.
    ///   - retries: How often and after which waits a request is sent again.
    /// - Throws: `storage` where the kept login can't be read.
    public init(
        configuration: ClientConfiguration, sender: (any HTTPSending)? = nil, retries: RetryPolicy = .standard
    ) throws(ClientError) {
        self.configuration = configuration
        self.sender = sender ?? configuration.transport()
        self.retries = retries
        store = configuration.stateFolder.map { TokenStore(folder: $0) }
        do throws(FileError) {
            let kept = configuration.token == nil ? try store?.read(for: configuration.url) : nil
            token = Mutex(configuration.token ?? kept?.accessToken)
        } catch { throw .storage(error) }
    }

    /// Whether there is a login to send; the server may still refuse it.
    public var isLoggedIn: Bool { token.withLock { $0 != nil } }

    // MARK: Account

    /// Makes an account. It does not log in.
    @discardableResult
    public func register(email: String, password: String) async throws(ClientError) -> User {
        try await send(
            APIRequest("POST", "/auth/register", body: Credentials(email: email, password: password), needsLogin: false))
    }

    /// Logs in and keeps the login for later runs.
    @discardableResult
    public func login(email: String, password: String) async throws(ClientError) -> AccessToken {
        let request = APIRequest("POST", "/auth/login", body: Credentials(email: email, password: password), needsLogin: false)
        let answer: AccessToken
        do throws(ClientError) {
            answer = try await send(request)
        } catch .unauthorized { throw .wrongCredentials }
        let expiry = Date().addingTimeInterval(Double(answer.expiresIn))
        guard let store else { throw .noStateFolder }
        do throws(FileError) {
            try store.save(StoredToken(accessToken: answer.accessToken, email: email, expiresAt: expiry), for: configuration.url)
        } catch { throw .storage(error) }
        token.withLock { $0 = answer.accessToken }
        return answer
    }

    /// Forgets the kept login. The server is not asked: its tokens end by themselves.
    /// - Returns: Whether there was one.
    @discardableResult
    public func logout() throws(ClientError) -> Bool {
        token.withLock { $0 = nil }
        guard let store else { return false }
        do throws(FileError) {
            return try store.remove(for: configuration.url)
        } catch { throw .storage(error) }
    }

    /// The account that is logged in.
    public func me() async throws(ClientError) -> User { try await send(APIRequest("GET", "/me")) }

    // MARK: Tasks

    /// All the tasks that the filter lets through, newest first, from as many pages as there are.
    public func tasks(_ filter: TaskFilter = TaskFilter()) async throws(ClientError) -> [TodoTask] {
        var tasks: [TodoTask] = []
        var cursor: PageCursor?
        var seen: Set<PageCursor> = []
        repeat {
            let page = try await page(filter, at: cursor)
            tasks += page.tasks
            cursor = page.next
            if let cursor, !seen.insert(cursor).inserted {
                throw .unexpectedAnswer(url: configuration.url.text, reason: "its pages of tasks go round in a circle")
            }
        } while cursor != nil
        return tasks
    }

    /// One page of tasks: the first, or the one at `cursor`.
    public func page(_ filter: TaskFilter = TaskFilter(), at cursor: PageCursor? = nil) async throws(ClientError) -> TaskPage {
        let response = try await answer(to: APIRequest("GET", "/tasks?" + (cursor?.query ?? filter.query)))
        return TaskPage(
            tasks: try decode([TodoTask].self, from: response),
            next: PageCursor(links: response.headers.all("Link")),
            total: response.headers["X-Total-Count"].flatMap { Int($0) })
    }

    public func task(_ reference: TaskReference) async throws(ClientError) -> TodoTask {
        try await send(APIRequest("GET", path(reference)))
    }

    /// Makes a task. A draft without an id gets one here, so that sending it twice makes one task.
    public func create(_ draft: TaskDraft) async throws(ClientError) -> TodoTask {
        var draft = draft
        if draft.id == nil { draft.id = .v7() }
        return try await send(APIRequest("POST", "/tasks", body: draft, isRepeatable: true))
    }

    /// Changes a task.
    /// - Parameter version: The version that the change was made for; another one on the server is `preconditionFailed`.
    public func update(
        _ reference: TaskReference, _ patch: TaskPatch, ifMatch version: Int? = nil
    ) async throws(ClientError)
        -> TodoTask
    {
        // With If-Match a repeat of what the server has done already would be refused, as if someone else had done it.
        try await send(APIRequest("PATCH", path(reference), body: patch, version: version, isRepeatable: version == nil))
    }

    /// Deletes a task; for 30 days it can be restored.
    public func delete(_ reference: TaskReference, ifMatch version: Int? = nil) async throws(ClientError) {
        _ = try await answer(to: APIRequest("DELETE", path(reference), version: version))
    }

    /// Brings a deleted task back.
    public func restore(_ reference: TaskReference) async throws(ClientError) -> TodoTask {
        try await send(APIRequest("POST", path(reference) + "/restore"))
    }

    public func lists() async throws(ClientError) -> [TodoList] { try await send(APIRequest("GET", "/lists")) }

    /// Today's digest as it would be mailed.
    public func digest() async throws(ClientError) -> DigestAnswer { try await send(APIRequest("GET", "/digest")) }

    /// The same in words.
    public func digestText() async throws(ClientError) -> String {
        var request = APIRequest("GET", "/digest")
        request.accept = "text/plain"
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

    private func path(_ reference: TaskReference) -> String { "/tasks/" + percentEncoded(reference.description) }

    // MARK: Requests

    private func send<Answer: Decodable>(_ request: APIRequest) async throws(ClientError) -> Answer {
        try decode(Answer.self, from: try await answer(to: request))
    }

    private func decode<Answer: Decodable>(_ type: Answer.Type, from response: HTTPResponse) throws(ClientError) -> Answer {
        do {
            return try Wire.decode(type, from: response.body)
        } catch {
            throw .unexpectedAnswer(url: configuration.url.text, reason: "its answer is not what a todo server says")
        }
    }

    /// The answer when it is 2xx, else the error that it means.
    private func answer(to request: APIRequest) async throws(ClientError) -> HTTPResponse {
        let token = token.withLock { $0 }
        if request.needsLogin, token == nil { throw .unauthorized(url: configuration.url.text, hadToken: false) }
        let message = try request.message(to: configuration.url, token: request.needsLogin ? token : nil)
        var attempt = 1
        while true {
            let failure: ClientError
            let outcome: RetryPolicy.Outcome
            do throws(HTTPError) {
                let response = try await sender.send(message)
                guard !(200..<300).contains(response.status) else { return response }
                failure = ClientError(response, url: configuration.url.text, hadToken: request.needsLogin)
                outcome = .answer(status: response.status, retryAfter: RetryPolicy.retryAfter(response.headers["Retry-After"]))
            } catch {
                failure = ClientError(error, url: configuration.url.text)
                outcome = .failure(error)
            }
            guard let delay = retries.delay(afterAttempt: attempt, outcome, isRepeatable: request.isRepeatable) else {
                throw failure
            }
            do { try await retries.wait(delay) } catch { throw .cancelled }
            attempt += 1
        }
    }
}
