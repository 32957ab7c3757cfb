import FoundationEssentials
import HTTPTypes
import Hummingbird
import Store
import TodoCore

/// GET, PATCH and DELETE `/me`.
///
/// A token stays good until it expires, also when the password changes: it says no more than whose it is and until when, and
/// asking the database at each request whether it came before the change would slow down every request for the sake of a
/// rare one. Whoever fears for a token keeps `JWT_TTL` short. The tokens of a deleted account are refused, because nothing is
/// found for them.
struct AccountRoutes: Sendable {
    let users: UserStore
    let passwords: Passwords
    let limits: AuthLimits

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
        guard let hash = try await users.passwordHash(user: user) else { throw StoreError.noSuchUser }
        guard try await limits.check(user: user, { try await passwords.verify(password, against: hash) }) else {
            throw APIError.invalid(field: "current_password", "is wrong", type: "wrong_password")
        }
    }
}
