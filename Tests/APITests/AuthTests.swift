import API
import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Postgres
import Store
import Testing
import TodoCore

struct AuthTests {
    @Test func registersOnceAndLogsIn() async throws {
        try await APIFixture.run { api in
            let registered = try await api.register("me@example.org", "correct horse")
            #expect(registered.status == .created)
            let user = try registered.decode(User.self)
            #expect(user.email == "me@example.org")
            #expect(!String(decoding: registered.body, as: UTF8.self).contains("password"))
            let body = #"{"email": "ME@example.org", "password": "correct horse"}"#
            let again = try await api.send(.post, "/api/v1/auth/register", json: body)
            #expect(again.status == .conflict)
            let login = try await api.login("me@example.org", "correct horse")
            #expect(login.status == .ok)
            #expect(login.headers[.cacheControl] == "no-store")
            let token = try login.decode(AccessToken.self)
            #expect(token.tokenType == "bearer")
            #expect(token.expiresIn == 86_400)
            #expect(try await api.send(.get, "/me", token: token.accessToken).decode(User.self) == user)
            // As it was meant, not as it was typed.
            #expect(try await api.login(" Me@Example.ORG ", "correct horse").status == .ok)
        }
    }

    @Test func aRegistrationIsCheckedFieldByField() async throws {
        try await APIFixture.run { api in
            let longest =
                String(repeating: "a", count: 64) + "@"
                + Array(repeating: String(repeating: "b", count: 61), count: 3).joined(separator: ".")
            let longestEmail = longest + ".de"
            #expect(longestEmail.utf8.count == 253)
            let good = [
                ("a@b", "12345678"), (longestEmail, "correct horse"),
                ("o'neil+todo@example.org", String(repeating: "p", count: 128)),
                ("jörg@exämple.org", "pass wörd 🐎"),
            ]
            for (email, password) in good {
                #expect(try await api.register(email, password).status == .created, "\(email)")
                #expect(try await api.login(email, password).status == .ok, "\(email)")
            }
            for (json, field, type) in [
                (#"{"email": "me", "password": "correct horse"}"#, "email", "email"),
                (#"{"email": "", "password": "correct horse"}"#, "email", "email"),
                (#"{"email": "me@", "password": "correct horse"}"#, "email", "email"),
                (#"{"email": "@example.org", "password": "correct horse"}"#, "email", "string_too_long"),
                (#"{"email": "a b@example.org", "password": "correct horse"}"#, "email", "email"),
                (#"{"email": "a\u0000@example.org", "password": "correct horse"}"#, "email", "control_character"),
                (#"{"email": "a@example.org\r\nBcc: x@example.org", "password": "correct horse"}"#, "email", "email"),
                (
                    #"{"email": "\#(String(repeating: "a", count: 65))@example.org", "password": "correct horse"}"#, "email",
                    "string_too_long"
                ),
                (#"{"email": "\#(longestEmail)de", "password": "correct horse"}"#, "email", "string_too_long"),
                (#"{"email": 5, "password": "correct horse"}"#, "email", "string_type"),
                (#"{"password": "correct horse"}"#, "email", "missing"),
                (#"{"email": null, "password": "correct horse"}"#, "email", "missing"),
                (#"{"email": "x@example.org", "password": "1234567"}"#, "password", "string_too_short"),
                (
                    #"{"email": "x@example.org", "password": "\#(String(repeating: "p", count: 129))"}"#, "password",
                    "string_too_long"
                ),
                (#"{"email": "x@example.org", "password": 12345678}"#, "password", "string_type"),
                (#"{"email": "x@example.org"}"#, "password", "missing"),
                (#"{"email": "x@example.org", "password": "correct horse", "is_admin": true}"#, "is_admin", "extra_forbidden"),
            ] {
                let answer = try await api.send(.post, "/auth/register", json: json)
                #expect(answer.status == .unprocessableContent, "\(json)")
                #expect(try answer.problem.errors?.map(\.loc) == [["body", field]], "\(json)")
                #expect(try answer.problem.errors?.map(\.type) == [type], "\(json)")
            }
            #expect(try await api.send(.post, "/auth/register", json: "{").status == .badRequest)
            let form = try await api.send(.post, "/auth/register", json: "email=a&password=b", headers: APIFixture.form)
            #expect(form.status == .unsupportedMediaType)
            #expect(try await api.pool.query("SELECT FROM users").count == good.count)
        }
    }

    @Test func takesTheFormOfOAuth2() async throws {
        try await APIFixture.run { api in
            _ = try await api.signedIn()
            func status(_ body: String, _ type: String = "application/x-www-form-urlencoded") async throws -> HTTPResponse.Status
            {
                try await api.send(.post, "/auth/login", json: body, headers: [.contentType: type]).status
            }
            let good = "grant_type=password&username=me%40example.org&password=correct+horse"
            #expect(try await status(good) == .ok)
            #expect(try await status(good, "application/x-www-form-urlencoded; charset=UTF-8") == .ok)
            #expect(try await status(good, "Application/X-WWW-Form-Urlencoded") == .ok)
            #expect(try await status("username=me@example.org&password=correct%20horse") == .ok)
            #expect(try await status(good + "&scope=&client_id=cli&client_secret=none&anything=else") == .ok)
            #expect(try await status(good + "x") == .unauthorized)
            #expect(try await status("username=&password=") == .unauthorized)
            #expect(try await status("username=me%40example.org%00&password=correct+horse%00") == .unauthorized)
            #expect(try await status("username=%ff&password=%ff") == .unauthorized)
            for (body, fields) in [
                ("username=me", ["password"]), ("password=correct+horse", ["username"]), ("", ["username", "password"]),
                ("email=me%40example.org&password=correct+horse", ["username"]),
                ("grant_type=refresh_token&username=me%40example.org&password=correct+horse", ["grant_type"]),
            ] {
                let answer = try await api.send(.post, "/auth/login", json: body, headers: APIFixture.form)
                #expect(answer.status == .unprocessableContent, "\(body)")
                #expect(try answer.problem.errors?.map(\.loc) == fields.map { ["body", $0] }, "\(body)")
            }
            for type in [
                "text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencodedx", "application/xml", "",
            ] {
                #expect(try await status(good, type) == .unsupportedMediaType, "\(type)")
            }
            #expect(try await status(good, "application/json") == .badRequest)
            #expect(try await status(String(repeating: "x", count: 1 << 20) + "&" + good) == .contentTooLarge)
        }
    }

    @Test func aLoginIsCheckedFieldByField() async throws {
        try await APIFixture.run { api in
            for (json, fields) in [
                ("{}", ["email", "password"]), (#"{"email": "me@example.org"}"#, ["password"]),
                (#"{"email": 5, "password": "correct horse"}"#, ["email"]),
                (#"{"email": "me@example.org", "password": "correct horse", "remember": true}"#, ["remember"]),
                (#"{"username": "me@example.org", "password": "correct horse"}"#, ["email", "username"]),
            ] {
                let answer = try await api.send(.post, "/auth/login", json: json)
                #expect(answer.status == .unprocessableContent, "\(json)")
                #expect(try answer.problem.errors?.map(\.loc) == fields.map { ["body", $0] }, "\(json)")
            }
        }
    }

    @Test func aWrongPasswordAndAnUnknownEmailLookTheSame() async throws {
        try await APIFixture.run { api in
            _ = try await api.signedIn()
            var details: Set<String?> = []
            for body in [
                #"{"email": "me@example.org", "password": "wrong horse"}"#,
                #"{"email": "nobody@example.org", "password": "correct horse"}"#,
                #"{"email": "", "password": ""}"#, #"{"email": "me@example.org\u0001", "password": "correct horse"}"#,
                #"{"email": "me@example.org", "password": "correct horse\u0001"}"#,
                #"{"email": "' OR 1=1 --", "password": "x"}"#,
            ] {
                let answer = try await api.send(.post, "/auth/login", json: body)
                #expect(answer.status == .unauthorized)
                #expect(answer.headers[.wwwAuthenticate] == "Bearer")
                details.insert(try answer.problem.detail)
            }
            #expect(details.count == 1)
        }
    }

    /// The time of a login is that of its hash, so these are what is counted: an unknown email costs as many as a known one.
    @Test func anUnknownEmailCostsAsManyHashesAsAWrongPassword() async throws {
        try await APIFixture.run { api in
            _ = try await api.register("me@example.org", "correct horse")
            let passwords = try await Passwords()
            let routes = AuthRoutes(
                users: UserStore(database: api.pool), passwords: passwords,
                tokens: try await Tokens(secret: APIFixture.secret, lifetime: 60),
                limits: AuthLimits(APISettings(host: "", port: 0, jwtSecret: APIFixture.secret)))
            let router = Router(context: BasicContext.self)
            routes.add(to: router)
            try await Application(router: router).test(.router) { client in
                let bare = APIFixture(pool: api.pool, client: client)
                for (number, email) in ["me@example.org", "nobody@example.org", "no email", ""].enumerated() {
                    let answer = try await bare.login(email, "wrong horse")
                    #expect(answer.status != .ok)
                    #expect(passwords.count == number + 1, "\(email)")
                }
            }
        }
    }

    @Test func everyPasswordCostsOneHash() async throws {
        let passwords = try await Passwords()
        let hash = try await passwords.hash("correct horse")
        #expect(passwords.count == 1)
        #expect(try await passwords.verify("correct horse", against: hash))
        #expect(try await !passwords.verify("wrong horse", against: hash))
        #expect(try await !passwords.verify("correct horse", against: nil))
        #expect(passwords.count == 4)
        #expect(hash.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
        #expect(try await passwords.hash("correct horse") != hash)
        #expect(!Passwords.isOutdated(hash))
    }

    @Test func anOldHashIsReplacedAtLogin() async throws {
        try await APIFixture.run { api in
            let user = try await api.register("me@example.org", "correct horse").decode(User.self)
            func stored() async throws -> String? {
                try await api.pool.query("SELECT password_hash FROM users").first?.decode(String.self)
            }
            let old = Self.weakHash
            #expect(Passwords.isOutdated(old))
            try await api.pool.query("UPDATE users SET password_hash = \(old) WHERE id = \(user.id)")
            #expect(try await api.login("me@example.org", "wrong horse").status == .unauthorized)
            #expect(try await stored() == old)
            #expect(try await api.login("me@example.org", "correct horse").status == .ok)
            let new = try #require(try await stored())
            #expect(new.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
            #expect(try await api.login("me@example.org", "correct horse").status == .ok)
            #expect(try await stored() == new)
        }
    }

    @Test func aHashThatCannotBeReplacedFailsNoLogin() async throws {
        let log = LogRecorder()
        try await APIFixture.run(settings: { _ in }, log: log) { api in
            _ = try await api.register("me@example.org", "correct horse")
            try await api.pool.query("UPDATE users SET password_hash = \(Self.weakHash)")
            try await api.pool.query("ALTER TABLE users ADD CHECK (password_hash NOT LIKE '%m=19456%') NOT VALID")
            #expect(try await api.login("me@example.org", "correct horse").status == .ok)
        }
        #expect(log.lines.contains("password not hashed anew"))
        #expect(!log.lines.contains("$argon2id$"))
    }

    @Test func secretsAreNeverLogged() async throws {
        let log = LogRecorder()
        try await APIFixture.run(.live, settings: { _ in }, log: log) { api in
            _ = try await api.register("me@example.org", "secret-register")
            let token = try await api.login("me@example.org", "secret-register").decode(AccessToken.self).accessToken
            _ = try await api.login("me@example.org", "secret-wrong")
            _ = try await api.login("me@example.org\u{0}", "secret-nul")
            _ = try await api.send(
                .post, "/auth/login", json: "username=me%40example.org&password=secret-form", headers: APIFixture.form)
            _ = try await api.send(.post, "/auth/login", json: #"{"email": "me@example.org", "password": "secret-malformed""#)
            _ = try await api.send(.post, "/auth/register", json: #"{"email": "me@example.org", "password": ["secret-typed"]}"#)
            let patch = #"{"password": "secret-patch", "current_password": "secret-current"}"#
            _ = try await api.send(.patch, "/me", token: token, json: patch)
            let change = #"{"password": "secret-patch", "current_password": "secret-register"}"#
            #expect(try await api.send(.patch, "/me", token: token, json: change).status == .ok)
            _ = try await api.send(.get, "/me", token: "secret-token.\(token)")
            _ = try await api.send(.get, "/tasks?token=secret-query", token: token)
            let hash = try #require(try await api.pool.query("SELECT password_hash FROM users").first?.decode(String.self))
            // Something is logged, or this test would prove nothing.
            #expect(log.lines.contains("registered"))
            for secret in [
                "secret-", token, String(token.suffix(43)), hash, "$argon2id$",
                String(decoding: APIFixture.secret, as: UTF8.self),
            ] {
                let line = log.lines.split(separator: "\n").first { $0.contains(secret) }
                #expect(line == nil)
            }
        }
    }

    @Test func theTokenIsTheOnlyWayIn() async throws {
        try await APIFixture.run { api in
            let token = try await api.signedIn()
            for header in [
                "Basic \(token)", token, "Bearer", "Bearer  ", "Bearer \(token) x", "Bearer \(token)x",
                "Bearer \(token.dropLast())",
            ] {
                for path in ["/me", "/tasks", "/lists", "/api/v1/tasks"] {
                    let answer = try await api.send(.get, path, headers: [.authorization: header])
                    #expect(answer.status == .unauthorized, "\(header)")
                    #expect(answer.headers[.wwwAuthenticate] == "Bearer")
                }
            }
            #expect(try await api.send(.get, "/tasks").status == .unauthorized)
            #expect(try await api.send(.get, "/tasks?access_token=\(token)").status == .unauthorized)
            #expect(try await api.send(.get, "/tasks", headers: [.authorization: "bearer \(token)"]).status == .ok)
            // Another user's task is nothing that there is.
            let task = try await api.create("mine", token: token)
            let stranger = try await api.signedIn("you@example.org")
            for method in [HTTPRequest.Method.get, .patch, .delete] {
                let json = method == .patch ? #"{"done": true}"# : nil
                let answer = try await api.send(method, "/tasks/\(task.id.lowercase)", token: stranger, json: json)
                #expect(answer.status == .notFound)
            }
            #expect(try await api.send(.get, "/tasks/\(task.id.lowercase)", token: token).status == .ok)
        }
    }

    /// A hash of "correct horse" with less memory and fewer passes than ours.
    private static let weakHash =
        "$argon2id$v=19$m=64,t=1,p=1$FdtEKlQV9Wa4sctF1SRCJw$k58C3CHa1mLBJVN0goOiqzvcanzge7rY9rLlQkOrLaA"
}
