internal import FoundationEssentials
internal import TodoClient
internal import TodoCore
internal import TodoTUIKit

/// The server, by way of the client that the command line uses too: the same settings, the same kept login.
struct ClientService: TaskService {
    private let client: TodoClient
    let serverName: String

    /// `url`: another server than the settings name.
    init(url: String?) throws(Failure) {
        let configuration = try Self.configuration(url)
        do throws(ClientError) {
            client = try TodoClient(configuration: configuration)
        } catch {
            throw Failure(error)
        }
        let address = client.configuration.url.text
        serverName = address.firstRange(of: "://").map { String(address[$0.upperBound...]) } ?? address
    }

    private static func configuration(_ url: String?) throws(Failure) -> ClientConfiguration {
        var configuration: ClientConfiguration
        do throws(ConfigurationError) {
            configuration = try ClientConfiguration.load(environment: ProcessInfo.processInfo.environment)
        } catch {
            throw Failure(.refused, error.message)
        }
        guard let url else { return configuration }
        do throws(ServerURL.Fault) {
            configuration.url = try ServerURL(url)
        } catch {
            throw Failure(.refused, "--url: \(url) \(error.reason)")
        }
        return configuration
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

    func tasks() async throws(Failure) -> [TodoTask] {
        try await failing { () async throws(ClientError) in try await client.tasks() }
    }

    func create(_ draft: TaskDraft) async throws(Failure) -> TodoTask {
        try await failing { () async throws(ClientError) in try await client.create(draft) }
    }

    func update(_ id: UUID, _ patch: TaskPatch) async throws(Failure) -> TodoTask {
        try await failing { () async throws(ClientError) in try await client.update(.id(id), patch) }
    }

    func delete(_ id: UUID) async throws(Failure) {
        try await failing { () async throws(ClientError) in try await client.delete(.id(id)) }
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
        case .conflict, .preconditionFailed, .invalid, .rateLimited, .server, .unexpectedAnswer, .storage, .noStateFolder:
            self.init(.refused, error.message)
        }
    }
}
