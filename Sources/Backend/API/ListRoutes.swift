import HTTPTypes
import Hummingbird
import Store
import TodoCore

/// `/lists`, and each list by its key.
struct ListRoutes: Sendable {
    let lists: ListStore

    func add(to router: some RouterMethods<UserContext>) {
        router.path("lists", [.get: all, .post: create])
        router.path("lists/:key", [.patch: update, .delete: delete])
    }

    @Sendable func all(_ request: Request, _ context: UserContext) async throws -> Response {
        try .json(await lists.all(user: context.user))
    }

    @Sendable func create(_ request: Request, _ context: UserContext) async throws -> Response {
        var fields = try await BodyFields(request)
        let key = fields.required("key", Read.newListKey)
        let name = fields.required("name", Read.listName)
        try fields.finish()
        guard let key, let name else { throw APIError.invalid(fields.errors) }
        return try .json(await lists.create(user: context.user, key: key, name: name), status: .created)
    }

    @Sendable func update(_ request: Request, _ context: UserContext) async throws -> Response {
        let key = try key(context)
        var fields = try await BodyFields(request)
        let newKey = fields.settable("key", Read.newListKey)
        let name = fields.settable("name", Read.listName)
        try fields.finish()
        return try .json(await lists.update(user: context.user, key: key, newKey: newKey, name: name))
    }

    @Sendable func delete(_ request: Request, _ context: UserContext) async throws -> Response {
        let key = try key(context)
        var movesTasks = false
        for (name, value) in request.uri.queryParameters {
            guard name == "tasks", value == "move" else {
                throw APIError.invalid([
                    Problem.Field(loc: ["query", String(name)], msg: "only tasks=move is known here", type: "extra_forbidden")
                ])
            }
            movesTasks = true
        }
        try await lists.delete(user: context.user, key: key, movesTasks: movesTasks, requestID: context.requestID)
        return Response(status: .noContent)
    }

    /// What isn't a key can't be a list's either. The inbox has none: it stays as it is.
    private func key(_ context: UserContext) throws -> ListKey {
        let text = try context.pathValue("key")
        guard let key = ListKey(text) else { throw StoreError.noSuchList(key: text) }
        return key
    }
}
