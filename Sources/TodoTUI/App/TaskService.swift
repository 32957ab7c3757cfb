internal import FoundationEssentials
internal import TodoCore
internal import TodoTUIKit

/// What the program asks of the server.
protocol TaskService: Sendable {
    /// As people know it: `localhost:8080`.
    var serverName: String { get }

    /// Keeps the token for next time. Returns the account's email.
    func signIn(_ credentials: Credentials) async throws(Failure) -> String
    func register(_ credentials: Credentials) async throws(Failure)
    /// The account's email.
    func account() async throws(Failure) -> String
    /// All of them, in the server's order.
    func tasks() async throws(Failure) -> [TodoTask]
    func create(_ draft: TaskDraft) async throws(Failure) -> TodoTask
    func update(_ id: UUID, _ patch: TaskPatch) async throws(Failure) -> TodoTask
    func delete(_ id: UUID) async throws(Failure)
}
