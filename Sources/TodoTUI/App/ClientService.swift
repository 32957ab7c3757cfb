internal import FoundationEssentials
internal import TodoClient
internal import TodoCore
internal import TodoTUIKit

/// The server, by way of the client that the command line uses too: the same settings, the same kept login.
struct ClientService: TaskService {
    private let client: TodoClient
    let serverName: String

    init(_ configuration: ClientConfiguration) throws(Failure) {
        do throws(ClientError) {
            client = try TodoClient(configuration: configuration)
        } catch {
            throw Failure(error)
        }
        let address = client.configuration.url.text
        serverName = address.firstRange(of: "://").map { String(address[$0.upperBound...]) } ?? address
    }

    func signIn(_ credentials: Credentials) async throws(Failure) -> String {
        try await failing { () async throws(ClientError) in
            try await client.login(email: credentials.email, password: credentials.password)
        }
        return credentials.email
    }

    func register(_ credentials: Credentials) async throws(Failure) {
        try await failing { () async throws(ClientError) in
            try await client.register(email: credentials.email, password: credentials.password)
        }
    }

    func account() async throws(Failure) -> String {
        try await failing { () async throws(ClientError) in try await client.me() }.email
    }

    func lists() async throws(Failure) -> [TodoList] {
        try await failing { () async throws(ClientError) in try await client.lists() }
    }

    func pages(deleted: Bool, each: (_ tasks: [TodoTask], _ total: Int?) -> Void) async throws(Failure) {
        var filter = TaskFilter()
        filter.deleted = deleted
        do {
            try await client.pages(filter) { page in each(page.tasks, page.total) }
        } catch let error as ClientError {
            throw Failure(error)
        } catch {
            throw Failure(.unreachable, "Cancelled.")
        }
    }

    func task(_ id: UUID) async throws(Failure) -> TodoTask {
        try await failing { () async throws(ClientError) in try await client.task(.id(id)) }
    }

    func create(_ draft: TaskDraft) async throws(Failure) -> TodoTask {
        try await failing { () async throws(ClientError) in try await client.create(draft) }
    }

    func update(_ id: UUID, _ patch: TaskPatch, version: Int?) async throws(Failure) -> TodoTask {
        try await failing { () async throws(ClientError) in try await client.update(.id(id), patch, ifMatch: version) }
    }

    func delete(_ id: UUID) async throws(Failure) {
        try await failing { () async throws(ClientError) in try await client.delete(.id(id)) }
    }

    func restore(_ id: UUID) async throws(Failure) -> TodoTask {
        try await failing { () async throws(ClientError) in try await client.restore(.id(id)) }
    }

    func follow(after cursor: String, each: (_ cursor: String, _ news: FeedNews) -> Void) async throws(Failure) {
        try await failing { () async throws(ClientError) in
            for try await event in client.events(after: cursor.isEmpty ? nil : cursor) {
                switch event.kind {
                case .connected: each(event.cursor, .connected)
                case .event(let happened, _): each(event.cursor, .event(happened))
                case .reset: each(event.cursor, .reset)
                case .disconnected(let error, _): each(event.cursor, .lost(Failure(error)))
                }
            }
        }
    }

    @discardableResult
    private func failing<Value>(_ body: () async throws(ClientError) -> Value) async throws(Failure) -> Value {
        do throws(ClientError) {
            return try await body()
        } catch {
            throw Failure(error)
        }
    }
}

extension Failure {
    /// The client's words, but for what it says of commands: here the form is at hand.
    init(_ error: ClientError) {
        switch error {
        case .unauthorized(_, hadToken: false): self.init(.unauthorized, "Sign in, or make an account.")
        case .unauthorized(_, hadToken: true): self.init(.unauthorized, "Your login has expired. Please sign in again.")
        case .wrongCredentials: self.init(.unauthorized, "The email or the password is wrong. No account yet? F2 makes one.")
        case .unreachable, .interrupted, .cancelled: self.init(.unreachable, error.message)
        case .notFound: self.init(.gone, error.message)
        case .preconditionFailed(let current): self.init(.conflict(current), error.message)
        case .conflict, .invalid, .rateLimited, .server, .unexpectedAnswer, .storage, .noStateFolder:
            self.init(.refused, error.message)
        }
    }
}
