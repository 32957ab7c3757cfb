import Crypto
import FoundationEssentials
import HTTPTypes
import Testing
import TodoCore

struct AuthTests {
    @Test func registersOnceAndLogsIn() async throws {
        try await APIFixture.run { api in
            let body = #"{"email": "me@example.org", "password": "correct horse"}"#
            let registered = try await api.send(.post, "/auth/register", json: body)
            #expect(registered.status == .created)
            let user = try registered.decode(User.self)
            #expect(user.email == "me@example.org")
            #expect(!String(decoding: registered.body, as: UTF8.self).contains("password"))
            let again = try await api.send(.post, "/api/v1/auth/register", json: body.replacing("me@", with: "ME@"))
            #expect(again.status == .conflict)
            let login = try await api.send(.post, "/auth/login", json: body)
            #expect(login.status == .ok)
            let token = try login.decode(AccessToken.self)
            #expect(token.tokenType == "bearer")
            #expect(token.expiresIn == 86_400)
            #expect(try await api.send(.get, "/me", token: token.accessToken).decode(User.self) == user)
        }
    }

    @Test func theTokenHasExactlyThreeClaims() async throws {
        try await APIFixture.run { api in
            let token = try await api.signedIn()
            let parts = token.split(separator: ".")
            #expect(try decode(parts[0]) == .object(["alg": "HS256", "typ": "JWT"]))
            guard case .object(let claims) = try decode(parts[1]) else { throw Unreadable() }
            #expect(Set(claims.keys) == ["sub", "iat", "exp"])
        }
    }

    @Test func takesTheFormOfOAuth2() async throws {
        try await APIFixture.run { api in
            _ = try await api.signedIn()
            let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]
            let good = "grant_type=password&username=me%40example.org&password=correct+horse"
            #expect(try await api.send(.post, "/auth/login", json: good, headers: form).status == .ok)
            #expect(try await api.send(.post, "/auth/login", json: good + "x", headers: form).status == .unauthorized)
            #expect(try await api.send(.post, "/auth/login", json: "username=me", headers: form).status == .unprocessableContent)
        }
    }

    @Test func aWrongPasswordAndAnUnknownEmailLookTheSame() async throws {
        try await APIFixture.run { api in
            _ = try await api.signedIn()
            var details: Set<String?> = []
            for body in [
                #"{"email": "me@example.org", "password": "wrong horse"}"#,
                #"{"email": "nobody@example.org", "password": "correct horse"}"#,
                #"{"email": "", "password": ""}"#,
            ] {
                let answer = try await api.send(.post, "/auth/login", json: body)
                #expect(answer.status == .unauthorized)
                #expect(answer.headers[.wwwAuthenticate] == "Bearer")
                details.insert(try answer.problem.detail)
            }
            #expect(details.count == 1)
        }
    }

    @Test func tokensThatAreNotGoodAreRefused() async throws {
        try await APIFixture.run { api in
            let token = try await api.signedIn()
            let user = try await api.send(.get, "/me", token: token).decode(User.self).id.lowercase
            let now = Int(Date().timeIntervalSince1970)
            let claims = #"{"sub":"\#(user)","iat":\#(now),"exp":\#(now + 60)}"#
            let hs256 = #"{"alg":"HS256","typ":"JWT"}"#
            // Our own signature of the same claims is good: the tokens below fail for the reason that they are there for.
            #expect(try await api.send(.get, "/me", token: signed(hs256, claims)).status == .ok)
            let bad = [
                "", "x", "x.y.z", token + "x", String(token.dropLast()), String(token.prefix(while: { $0 != "." })),
                signed(#"{"alg":"none"}"#, claims).split(separator: ".").prefix(2).joined(separator: ".") + ".",
                signed(#"{"alg":"none"}"#, claims), signed(#"{"alg":"RS256"}"#, claims), signed(#"{"alg":"HS512"}"#, claims),
                signed(#"{"typ":"JWT"}"#, claims),
                signed(hs256, claims, secret: Array("another secret of thirty-two bytes".utf8)),
                signed(hs256, #"{"sub":"\#(user)","iat":\#(now - 120),"exp":\#(now - 60)}"#),
                signed(hs256, #"{"sub":"\#(user)","iat":\#(now + 600),"exp":\#(now + 6000)}"#),
                signed(hs256, #"{"sub":"\#(user)","iat":\#(now)}"#), signed(hs256, #"{"iat":\#(now),"exp":\#(now + 60)}"#),
                signed(hs256, #"{"sub":"me","iat":\#(now),"exp":\#(now + 60)}"#),
            ]
            for token in bad {
                let answer = try await api.send(.get, "/tasks", token: token)
                #expect(answer.status == .unauthorized, "\(token)")
                #expect(answer.headers[.wwwAuthenticate] == "Bearer")
            }
            for header in ["Basic \(token)", token, "Bearer", "Bearer  "] {
                let answer = try await api.send(.get, "/tasks", headers: [.authorization: header])
                #expect(answer.status == .unauthorized, "\(header)")
            }
            #expect(try await api.send(.get, "/tasks").status == .unauthorized)
            #expect(try await api.send(.get, "/tasks", headers: [.authorization: "bearer \(token)"]).status == .ok)
        }
    }

    struct Unreadable: Error {}

    private func decode(_ part: some StringProtocol) throws -> JSONValue {
        let base64 = String(part.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
        let padding = String(repeating: "=", count: (4 - base64.count % 4) % 4)
        guard let data = Data(base64Encoded: base64 + padding) else { throw Unreadable() }
        return try Wire.decode(JSONValue.self, from: data)
    }

    private func signed(_ header: String, _ claims: String, secret: [UInt8] = APIFixture.secret) -> String {
        func base64(_ bytes: some Sequence<UInt8>) -> String {
            String(
                Data(bytes).base64EncodedString().filter { $0 != "=" }.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 })
        }
        let text = "\(base64(header.utf8)).\(base64(claims.utf8))"
        let code = HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: SymmetricKey(data: secret))
        return "\(text).\(base64(code))"
    }
}
