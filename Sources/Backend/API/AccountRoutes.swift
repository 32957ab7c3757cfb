import FoundationEssentials
import HTTPTypes
import Hummingbird
import Store
import TodoCore

/// GET, PATCH and DELETE `/me`.
struct AccountRoutes: Sendable {
    let users: UserStore
    let passwords: Passwords

    func add(to router: some RouterMethods<UserContext>) {
        router.path("me", [.get: show, .patch: update, .delete: delete])
    }

    @Sendable func show(_ request: Request, _ context: UserContext) async throws -> Response {
        guard let user = try await users.user(context.user) else { throw StoreError.noSuchUser }
        return try .json(user)
    }

    @Sendable func update(_ request: Request, _ context: UserContext) async throws -> Response {
        var fields = try await BodyFields(request)
        let timeZone = fields.clearable("time_zone", Read.string)
        let digestEnabled = fields.settable("digest_enabled", Read.bool)
        let password = fields.settable("password", Read.password)
        let currentPassword = fields.settable("current_password", Read.string)
        try fields.finish()
        var hash: String?
        if let password {
            try await check(currentPassword, of: context.user)
            hash = try await passwords.hash(password)
        }
        return try .json(
            await users.update(context.user, timeZone: timeZone, digestEnabled: digestEnabled, passwordHash: hash))
    }

    @Sendable func delete(_ request: Request, _ context: UserContext) async throws -> Response {
        try await users.delete(context.user)
        return Response(status: .noContent)
    }

    /// A stolen token alone must not be enough to take the account over.
    private func check(_ password: String?, of user: UUID) async throws {
        guard let password else {
            throw APIError.invalid(field: "current_password", "is needed to change the password", type: "missing")
        }
        let hash = try await users.passwordHash(user: user)
        guard try await passwords.verify(password, against: hash) else {
            throw APIError.invalid(field: "current_password", "is wrong", type: "wrong_password")
        }
    }
}
