import FoundationEssentials
import HTTPTypes
package import Hummingbird
import Logging
package import Store
import TodoCore

/// POST `/auth/register` and `/auth/login`.
package struct AuthRoutes: Sendable {
    let users: UserStore
    let passwords: Passwords
    let tokens: Tokens
    let limits: AuthLimits

    package init(users: UserStore, passwords: Passwords, tokens: Tokens, limits: AuthLimits) {
        self.users = users
        self.passwords = passwords
        self.tokens = tokens
        self.limits = limits
    }

    package func add(to router: some RouterMethods<BasicContext>) {
        router.path("auth/register", [.post: register])
        router.path("auth/login", [.post: login])
    }

    @Sendable func register(_ request: Request, _ context: BasicContext) async throws -> Response {
        var fields = try await BodyFields(request)
        let email = fields.required("email", Read.email)
        let password = fields.required("password", Read.password)
        try fields.finish()
        guard let email, let password else { throw APIError.invalid(fields.errors) }
        try limits.register(request, context, email: email)
        let user = try await users.create(
            email: email, passwordHash: passwords.hash(password), requestID: context.requestID)
        context.logger.info("registered", metadata: ["user": "\(user.id.lowercase)"])
        return try .json(user, status: .created)
    }

    @Sendable func login(_ request: Request, _ context: BasicContext) async throws -> Response {
        let credentials = try await Credentials(request)
        // As it was registered. What can't be an email is nobody's, and takes the same time all the same.
        let email = try? Limits.email(credentials.email)
        let user: UUID? = try await limits.login(request, context, email: email ?? credentials.email) {
            let account = if let email { try await users.passwordHash(email: email) } else { (id: UUID, hash: String)?.none }
            guard try await passwords.verify(credentials.password, against: account?.hash), let account else { return nil }
            await renew(account.hash, of: account.id, credentials.password, context.logger)
            return account.id
        }
        guard let user else { throw APIError.unauthorized("The email or the password is wrong.") }
        return try .json(await tokens.issue(for: user), headers: [.cacheControl: "no-store"])
    }

    /// Hashes the password anew where the hash was made with other parameters than today's. Nobody is refused because that
    /// fails: the next login tries again.
    private func renew(_ hash: String, of user: UUID, _ password: String, _ logger: Logger) async {
        guard Passwords.isOutdated(hash) else { return }
        do {
            try await users.replacePasswordHash(of: user, hash, with: passwords.hash(password))
        } catch {
            logger.warning("password not hashed anew", metadata: ["user": "\(user.lowercase)", "error": "\(error)"])
        }
    }
}

extension Credentials {
    /// JSON, or the form of OAuth2's password grant, which calls the email `username`.
    ///
    /// - Throws: `APIError` 413, 415, 400 or 422.
    init(_ request: Request) async throws {
        guard let contentType = request.headers[.contentType],
            contentType.prefix(while: { $0 != ";" }).filter({ $0 != " " }).lowercased() == "application/x-www-form-urlencoded"
        else {
            var fields = try await BodyFields(request)
            let email = fields.required("email", Read.string)
            let password = fields.required("password", Read.string)
            try fields.finish()
            guard let email, let password else { throw APIError.invalid(fields.errors) }
            self.init(email: email, password: password)
            return
        }
        /// RFC 6749 section 4.3.2; what else is in the form (`scope`, `client_id`…) doesn't matter here.
        struct Form: Decodable {
            var username: String?
            var password: String?
            var grant_type: String?
        }
        let body = try await request.body.collect(upTo: Limits.bodySize)
        guard let form = try? URLEncodedFormDecoder().decode(Form.self, from: String(buffer: body)) else {
            throw APIError(.badRequest, "The body is not a form.")
        }
        var errors: [Problem.Field] = []
        for (name, value) in [("username", form.username), ("password", form.password)] where value == nil {
            errors.append(Problem.Field(loc: ["body", name], msg: "is missing", type: "missing"))
        }
        if let grant = form.grant_type, grant != "password" {
            errors.append(Problem.Field(loc: ["body", "grant_type"], msg: "must be password", type: "grant_type"))
        }
        guard errors.isEmpty, let username = form.username, let password = form.password else { throw APIError.invalid(errors) }
        self.init(email: username, password: password)
    }
}
