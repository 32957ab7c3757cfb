import HTTPTypes
import Hummingbird
import Store
import TodoCore

/// GET and POST `/lists`.
struct ListRoutes: Sendable {
    let lists: ListStore

    func add(to router: some RouterMethods<UserContext>) {
        router.path("lists", [.get: all, .post: create])
    }

    @Sendable func all(_ request: Request, _ context: UserContext) async throws -> Response {
        try .json(await lists.all(user: context.user))
    }

    @Sendable func create(_ request: Request, _ context: UserContext) async throws -> Response {
        var fields = try await BodyFields(request)
        let key = fields.required("key", Read.listKey)
        let name = fields.required("name", Read.listName)
        try fields.finish()
        guard let key, let name else { throw APIError.invalid(fields.errors) }
        // `list=inbox` asks for the list without a key.
        guard key.text != "INBOX" else {
            throw APIError.invalid(field: "key", "INBOX is the list that everybody has", type: "list_key")
        }
        return try .json(await lists.create(user: context.user, key: key, name: name), status: .created)
    }
}
