import Hummingbird
import Store
import TodoCore

/// GET `/me`.
struct AccountRoutes: Sendable {
    let users: UserStore

    func add(to router: some RouterMethods<UserContext>) {
        router.path("me", [.get: show])
    }

    @Sendable func show(_ request: Request, _ context: UserContext) async throws -> Response {
        guard let user = try await users.user(context.user) else {
            throw APIError.unauthorized("The account of this token is gone.")
        }
        return try .json(user)
    }
}
