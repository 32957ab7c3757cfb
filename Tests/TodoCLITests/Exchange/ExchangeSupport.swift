import Curl
import FoundationEssentials
import Synchronization
import Testing
import TodoCLI
import TodoClient
import TodoCore

/// Days in UTC, or as many minutes east of it.
func days(minutesEast: Int = 0) -> LocalDays {
    LocalDays { date in
        String(Timestamp.text(date.addingTimeInterval(Double(minutesEast) * 60)).prefix(16)).replacing("T", with: " ")
    }
}

func content(_ text: String, _ format: ExchangeFormat) throws -> ExchangeContent {
    try ImportSource.read(Array(text.utf8), format, days: days())
}

/// What an export of these tasks is.
func written(_ tasks: [TodoTask], lists: [TodoList] = [], _ format: ExchangeFormat) throws -> (text: String, losses: Losses) {
    let world = ExchangeWorld(lists: lists, days: days())
    return switch format {
    case .todotxt: TodoTxt.write(tasks, world)
    case .taskwarrior: Taskwarrior.write(tasks, world)
    case .csv: CSVTasks.write(tasks, world)
    case .json: try TodoJSON.write(tasks, world)
    }
}

func list(_ key: String?, _ name: String) -> TodoList {
    TodoList(id: UUID(), key: key, name: name, createdAt: Date(timeIntervalSince1970: 1_790_000_000))
}

let account = UUID(uuid: (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16))

extension ImportPlan {
    init(_ content: ExchangeContent, lists: [TodoList] = [], tasks: [TodoTask] = []) {
        self.init(content, account: account, lists: lists, tasks: tasks)
    }

    /// The tasks as they are once the plan is carried out.
    var result: [TodoTask] {
        steps.enumerated().map { index, step in
            let date = Date(timeIntervalSince1970: 1_790_000_000)
            return TodoTask(
                id: step.draft.id ?? UUID(), list: step.draft.list, number: index + 1, title: step.draft.title,
                done: step.completes, notes: step.draft.notes ?? "", dueOn: step.draft.dueOn,
                priority: step.draft.priority ?? 0, tags: step.draft.tags ?? [],
                version: 1 + (step.completes ? 1 : 0) + (step.deletes ? 1 : 0), createdAt: date, updatedAt: date,
                doneAt: step.completes ? date : nil, deletedAt: step.deletes ? date : nil)
        }
    }
}

/// A generator that gives the same numbers each time (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}

/// A server with one account, that keeps tasks and lists as the API does, and fails when it is told to.
final class FakeServer: HTTPSending {
    struct State {
        var tasks: [UUID: TodoTask] = [:]
        var lists = [TodoCLITests.list(nil, "Inbox")]
        /// Of other accounts.
        var foreignIDs: Set<UUID> = []
        var requests: [String] = []
        /// What to do instead of the request with this number, counted from 1.
        var trouble: (at: Int, result: Result<HTTPResponse, HTTPError>)?
    }

    let state = Mutex(State())

    var tasks: [TodoTask] { state.withLock { $0.tasks.values.sorted { $0.number < $1.number } } }
    var requests: [String] { state.withLock { $0.requests } }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let result: Result<HTTPResponse, HTTPError> = state.withLock { state in
            let path = String(request.url.split(separator: "/api/v1", maxSplits: 1).last ?? "")
            state.requests.append("\(request.method) \(path)")
            if let trouble = state.trouble, state.requests.count >= trouble.at { return trouble.result }
            return .success((try? state.answer(request, path)) ?? HTTPResponse(status: 400))
        }
        return try result.get()
    }
}

extension FakeServer.State {
    fileprivate mutating func answer(_ request: HTTPRequest, _ path: String) throws -> HTTPResponse {
        switch (request.method, path.prefix { $0 != "?" }) {
        case ("GET", "/me"):
            return try json(User(id: account, email: "me@example.org", createdAt: Date(timeIntervalSince1970: 0)))
        case ("GET", "/lists"): return try json(lists)
        case ("POST", "/lists"):
            let fields = try Wire.decode([String: String].self, from: request.body ?? [])
            lists.append(TodoCLITests.list(fields["key"], fields["name"] ?? ""))
            return try json(lists[lists.count - 1], status: 201)
        case ("GET", "/tasks"):
            return try json(tasks.values.filter { ($0.deletedAt != nil) == path.contains("deleted=true") })
        case ("POST", "/tasks"): return try create(Wire.decode(TaskDraft.self, from: request.body ?? []))
        default: return try change(request.method, UUID(uuidString: String(path.dropFirst("/tasks/".count))))
        }
    }

    private mutating func create(_ draft: TaskDraft) throws -> HTTPResponse {
        let id = try #require(draft.id)
        if tasks[id] != nil || foreignIDs.contains(id) { return try json(Problem(title: "Conflict", status: 409), status: 409) }
        guard lists.contains(where: { $0.key == draft.list }) else {
            return try json(Problem(title: "No such list", status: 422), status: 422)
        }
        let date = Date(timeIntervalSince1970: 1_790_000_000)
        tasks[id] = TodoTask(
            id: id, list: draft.list, number: tasks.count + 1, title: draft.title, notes: draft.notes ?? "", dueOn: draft.dueOn,
            priority: draft.priority ?? 0, tags: draft.tags ?? [], createdAt: date, updatedAt: date)
        return try json(tasks[id], status: 201)
    }

    private mutating func change(_ method: String, _ id: UUID?) throws -> HTTPResponse {
        guard let id, var task = tasks[id], task.deletedAt == nil else {
            return try json(Problem(title: "Not Found", status: 404), status: 404)
        }
        guard method != "GET" else { return try json(task) }
        task.version += 1
        if method == "PATCH" { (task.done, task.doneAt) = (true, task.createdAt) } else { task.deletedAt = task.createdAt }
        tasks[id] = task
        return method == "PATCH" ? try json(task) : HTTPResponse(status: 204)
    }

    private func json(_ value: some Encodable, status: Int = 200) throws -> HTTPResponse {
        HTTPResponse(status: status, body: try Wire.encode(value))
    }
}
