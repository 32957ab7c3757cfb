internal import FoundationEssentials
internal import TodoCore
internal import TodoTUIKit

/// What the program asks of the server. Safe to use from many tasks at once.
protocol TaskService: Sendable {
    /// As people know it: `localhost:8080`.
    var serverName: String { get }

    /// Keeps the token for next time. Returns the account's email.
    func signIn(_ credentials: Credentials) async throws(Failure) -> String
    func register(_ credentials: Credentials) async throws(Failure)
    /// The account's email.
    func account() async throws(Failure) -> String
    func lists() async throws(Failure) -> [TodoList]
    /// All tasks, or all deleted ones, page by page; `total`: how many there are, where the server says it.
    func pages(deleted: Bool, each: (_ tasks: [TodoTask], _ total: Int?) -> Void) async throws(Failure)
    func task(_ id: UUID) async throws(Failure) -> TodoTask
    func create(_ draft: TaskDraft) async throws(Failure) -> TodoTask
    /// - Parameter version: The one that the change was made for; nil where any will do.
    func update(_ id: UUID, _ patch: TaskPatch, version: Int?) async throws(Failure) -> TodoTask
    func delete(_ id: UUID) async throws(Failure)
    func restore(_ id: UUID) async throws(Failure) -> TodoTask
    /// The live feed from `cursor` on (empty: from now), over ever new connections, until the task is cancelled.
    func follow(after cursor: String, each: (_ cursor: String, _ news: FeedNews) -> Void) async throws(Failure)
}
