import FoundationEssentials
import Postgres
import Store
import TodoCore

/// Turns one command into one task, once.
///
/// Three steps, after each of which everything may end: look the command up, create the task, take the command down. A task
/// that is there under the command's id, and is this user's, is the command's own from a try that came no further, however
/// its owner changed it since: nothing but the last step is left to do.
struct TaskCreation: Sendable {
    enum Outcome: Sendable, Hashable {
        case created, duplicate
        /// It will never work.
        case refused(reason: String)
        /// The database can't be used now.
        case failed(reason: String)
    }

    private let database: PostgresPool
    private let tasks: TaskStore

    init(database: PostgresPool) {
        self.database = database
        tasks = TaskStore(database: database)
    }

    func run(_ command: TaskCommand, requestID: String?) async -> Outcome {
        do {
            if try await isProcessed(command) { return .duplicate }
            let isNew = try await create(command, requestID: requestID)
            try await record(command)
            return isNew ? .created : .duplicate
        } catch let refusal as Refusal {
            return .refused(reason: refusal.reason)
        } catch let error as PostgresError where error.isOfTheData {
            return .refused(reason: "the database refuses the task: \(error)")
        } catch {
            return .failed(reason: "\(error)")
        }
    }

    private struct Refusal: Error {
        var reason: String
    }

    /// `false`: the task is there from an earlier try.
    private func create(_ command: TaskCommand, requestID: String?) async throws -> Bool {
        do {
            return try await tasks.create(user: command.user, command.draft, requestID: requestID).isNew
        } catch let error as StoreError {
            // Its list may be gone as well by now, so whatever the refusal says: the task that is there counts.
            if try await hasTask(command) { return false }
            switch error {
            case .noSuchUser: throw Refusal(reason: "there is no such user")
            case .noListForTask(let key), .noSuchList(let key): throw Refusal(reason: "the user has no list \(key)")
            case .idTaken: throw Refusal(reason: "the task_id is taken by another user's task")
            default: throw Refusal(reason: "the task is refused: \(error)")
            }
        }
    }

    /// Deleted ones too.
    private func hasTask(_ command: TaskCommand) async throws -> Bool {
        try await !database.query("SELECT FROM tasks WHERE id = \(command.taskID) AND user_id = \(command.user)").isEmpty
    }

    private func isProcessed(_ command: TaskCommand) async throws -> Bool {
        try await !database.query("SELECT FROM processed_events WHERE event_id = \(command.id)").isEmpty
    }

    private func record(_ command: TaskCommand) async throws {
        try await database.query("INSERT INTO processed_events (event_id) VALUES (\(command.id)) ON CONFLICT DO NOTHING")
    }
}

extension PostgresError {
    /// The same command would fail the same way again: a value that can't be kept (class 22), or a constraint (class 23).
    fileprivate var isOfTheData: Bool { sqlState.map { $0.hasPrefix("22") || $0.hasPrefix("23") } ?? false }
}
