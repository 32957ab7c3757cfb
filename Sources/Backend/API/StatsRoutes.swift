import HTTPTypes
import Hummingbird
import Store
import TodoCore

/// GET `/stats`.
struct StatsRoutes: Sendable {
    let stats: StatsStore

    func add(to router: some RouterMethods<UserContext>) {
        router.path("stats", [.get: show])
    }

    @Sendable func show(_ request: Request, _ context: UserContext) async throws -> Response {
        try request.refuseParameters()
        return try .json(await stats.stats(of: context.user))
    }
}

extension Request {
    /// For an address without parameters: a misspelled one would be passed over otherwise.
    ///
    /// - Throws: `APIError` 422 that names each.
    func refuseParameters() throws {
        let errors = uri.queryParameters.map { name, _ in
            Problem.Field(loc: ["query", String(name)], msg: "is not a parameter of this request", type: "extra_forbidden")
        }
        if !errors.isEmpty { throw APIError.invalid(errors) }
    }
}
