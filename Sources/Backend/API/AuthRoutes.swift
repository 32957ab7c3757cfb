import FoundationEssentials
import HTTPTypes
import Hummingbird
import Logging
import Store
import TodoCore

/// POST `/auth/register` and `/auth/login`.
struct AuthRoutes: Sendable {
    let users: UserStore
    let passwords: Passwords
    let tokens: Tokens

    func add(to router: some RouterMethods<BasicContext>) {
        router.path("auth/register", [.post: register])
        router.path("auth/login", [.post: login])
    }

    @Sendable func register(_ request: Request, _ context: BasicContext) async throws -> Response {
        var fields = try await BodyFields(request)
        let email = fields.required("email", Read.email)
        let password = fields.required("password", Read.password)
        try fields.finish()
        guard let email, let password else { throw APIError.invalid(fields.errors) }
        let user = try await users.create(
            email: email, passwordHash: passwords.hash(password), requestID: context.requestID)
        context.logger.info("registered", metadata: ["user": "\(user.id.lowercase)"])
        return try .json(user, status: .created)
    }

    @Sendable func login(_ request: Request, _ context: BasicContext) async throws -> Response {
        let credentials = try await credentials(request)
        let account = try await users.passwordHash(email: credentials.email)
        guard try await passwords.verify(credentials.password, against: account?.hash), let account else {
            throw APIError.unauthorized("The email or the password is wrong.")
        }
        return try .json(await tokens.issue(for: account.id), headers: [.cacheControl: "no-store"])
    }

    /// JSON, or the form of OAuth2's password grant, which calls the email `username`.
    private func credentials(_ request: Request) async throws -> Credentials {
        if request.headers[.contentType]?.lowercased().hasPrefix("application/x-www-form-urlencoded") == true {
            struct Form: Decodable {
                var username: String
                var password: String
            }
            let body = try await request.body.collect(upTo: Limits.bodySize)
            guard let form = try? URLEncodedFormDecoder().decode(Form.self, from: String(buffer: body)) else {
                throw APIError.invalid([
                    Problem.Field(loc: ["body"], msg: "must have username and password", type: "missing")
                ])
            }
            return Credentials(email: form.username, password: form.password)
        }
        var fields = try await BodyFields(request)
        let email = fields.required("email", Read.string)
        let password = fields.required("password", Read.string)
        try fields.finish()
        guard let email, let password else { throw APIError.invalid(fields.errors) }
        return Credentials(email: email, password: password)
    }
}
