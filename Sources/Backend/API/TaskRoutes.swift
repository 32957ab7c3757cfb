import FoundationEssentials
import HTTPTypes
import Hummingbird
import Store
import TodoCore

/// `/tasks` and what is below it.
struct TaskRoutes: Sendable {
    let tasks: TaskStore
    /// Where this copy of the API is, for links.
    let prefix: String

    func add(to router: some RouterMethods<UserContext>) {
        router.path("tasks", [.get: list, .post: create])
        router.path("tasks/:id", [.get: show, .patch: update, .delete: delete])
        router.path("tasks/:id/restore", [.post: restore])
        router.path("task/create", [.post: create])
    }

    @Sendable func list(_ request: Request, _ context: UserContext) async throws -> Response {
        let query = try TaskQuery(request.uri.queryParameters)
        let page = try await tasks.page(user: context.user, filter: query.filter)
        var headers: HTTPFields = [.totalCount: String(page.total)]
        if let next = page.next {
            headers[.link] = "<\(address("tasks"))?\(query.parameters(after: next))>; rel=\"next\""
        }
        return .tasks(page.tasks, headers: headers)
    }

    @Sendable func create(_ request: Request, _ context: UserContext) async throws -> Response {
        let draft = try await TaskRoutes.draft(request)
        let (task, isNew) = try await tasks.create(user: context.user, draft, requestID: context.requestID)
        return .task(
            task, status: isNew ? .created : .ok, headers: [.location: address("tasks/\(try task.id.lowercase)")])
    }

    @Sendable func show(_ request: Request, _ context: UserContext) async throws -> Response {
        .task(try await tasks.task(user: context.user, reference(context)))
    }

    @Sendable func update(_ request: Request, _ context: UserContext) async throws -> Response {
        let reference = try reference(context)
        var fields = try await BodyFields(request)
        let patch = TaskPatch(
            title: fields.settable("title", Read.title), done: fields.settable("done", Read.bool),
            list: fields.clearable("list", Read.list).map { $0 ?? nil }, notes: fields.settable("notes", Read.notes),
            dueOn: fields.clearable("due_on", Read.date), priority: fields.settable("priority", Read.priority),
            tags: fields.settable("tags", Read.tags))
        try fields.finish()
        return .task(
            try await tasks.update(
                user: context.user, reference, patch, ifVersion: version(request), requestID: context.requestID))
    }

    @Sendable func delete(_ request: Request, _ context: UserContext) async throws -> Response {
        let reference = try reference(context)
        try await tasks.delete(
            user: context.user, reference, ifVersion: version(request), requestID: context.requestID)
        return Response(status: .noContent)
    }

    @Sendable func restore(_ request: Request, _ context: UserContext) async throws -> Response {
        .task(try await tasks.restore(user: context.user, reference(context), requestID: context.requestID))
    }

    /// The body of a request for a new task.
    static func draft(_ request: Request) async throws -> TaskDraft {
        var fields = try await BodyFields(request)
        let title = fields.required("title", Read.title)
        let id = fields.optional("id", Read.uuid)
        let list = fields.optional("list", Read.list)
        let notes = fields.optional("notes", Read.notes)
        let dueOn = fields.optional("due_on", Read.date)
        let priority = fields.optional("priority", Read.priority)
        let tags = fields.optional("tags", Read.tags)
        try fields.finish()
        guard let title else { throw APIError.invalid(fields.errors) }
        return TaskDraft(
            title: title, id: id, list: list ?? nil, notes: notes, dueOn: dueOn, priority: priority, tags: tags)
    }

    /// What isn't a reference can't be a task's either.
    private func reference(_ context: UserContext) throws -> TaskReference {
        let text = try context.pathValue("id")
        guard let reference = TaskReference(text) else { throw StoreError.noSuchTask(text) }
        return reference
    }

    /// The version that `If-Match` names; nil without one, and for `*`, which any existing task matches.
    private func version(_ request: Request) throws -> Int? {
        guard let header = request.headers[.ifMatch], header != "*" else { return nil }
        guard header.count > 2, header.hasPrefix("\""), header.hasSuffix("\""), let version = Int(header.dropFirst().dropLast())
        else { throw APIError(.preconditionFailed, "If-Match must be the ETag of the task, such as \"3\".") }
        return version
    }

    private func address(_ path: String) -> String { prefix == "/" ? "/\(path)" : "\(prefix)/\(path)" }
}
