import Crypto
import FoundationEssentials
import HTTPTypes
import Testing
import TodoCore

/// The signed link of each digest (RFC 8058). The tests sign by themselves, so that the key's derivation can't change unseen.
struct UnsubscribeRouteTests {
    private static let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]
    private static let oneClick = "List-Unsubscribe=One-Click"

    private func path(_ user: UUID, secret: [UInt8] = APIFixture.secret, prefix: String = "") -> String {
        let key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: secret), info: Array("unsubscribe".utf8), outputByteCount: 32)
        let id = withUnsafeBytes(of: user.uuid) { Array($0) }
        let token = Data(id + Array(HMAC<SHA256>.authenticationCode(for: id, using: key))).base64EncodedString()
        return "\(prefix)/unsubscribe?token=" + token.replacing("+", with: "-").replacing("/", with: "_")
    }

    private func me(_ api: APIFixture, _ token: String) async throws -> User {
        try await api.send(.get, "/me", token: token).decode()
    }

    @Test(arguments: ["", "/api/v1"]) func aPostTurnsTheDigestOffAndOnlyThat(_ prefix: String) async throws {
        try await APIFixture.run { api in
            let token = try await api.signedIn(), user = try await me(api, token), link = path(user.id, prefix: prefix)
            let page = try await api.send(.get, link)
            #expect(page.status == .ok && page.headers[.contentType] == "text/html; charset=utf-8")
            #expect(String(decoding: page.body, as: UTF8.self).contains(#"<form method="post">"#))
            #expect(try await api.send(.head, link).status == .ok)
            #expect(try await me(api, token).digestEnabled, "following the link changes nothing")
            // Twice: a mail program may try again.
            for _ in 1...2 {
                let stopped = try await api.send(.post, link, json: Self.oneClick, headers: Self.form)
                #expect(stopped.status == .ok)
                #expect(String(decoding: stopped.body, as: UTF8.self).contains("The daily digest is off"))
                #expect(try await !me(api, token).digestEnabled)
            }
            _ = try await api.send(.patch, "/me", token: token, json: #"{"digest_enabled": true}"#)
            var expected = user
            expected.digestEnabled = true
            #expect(try await me(api, token) == expected)
        }
    }

    @Test func bothEncodingsOfTheFormAreTaken() async throws {
        try await APIFixture.run { api in
            let token = try await api.signedIn(), link = path(try await me(api, token).id)
            let multipart =
                "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n"
            for (type, body, isGood) in [
                ("multipart/form-data; boundary=x", multipart, true), ("multipart/form-data; boundary=\"x\"", multipart, true),
                ("application/x-www-form-urlencoded", "a=b&List-Unsubscribe=One-Click", true),
                ("application/x-www-form-urlencoded", "", false),
                ("application/x-www-form-urlencoded", "List-Unsubscribe=No", false),
                ("multipart/form-data; boundary=y", multipart, false),
                ("multipart/form-data; boundary=x", multipart.replacing("One-Click", with: "One"), false),
            ] {
                _ = try await api.send(.patch, "/me", token: token, json: #"{"digest_enabled": true}"#)
                let answer = try await api.send(.post, link, json: body, headers: [.contentType: type])
                #expect(answer.status == (isGood ? .ok : .unprocessableContent), "\(type) \(body)")
                #expect(try await me(api, token).digestEnabled != isGood)
            }
        }
    }

    @Test func aBadLinkChangesNothing() async throws {
        try await APIFixture.run { api in
            let token = try await api.signedIn(), id = try await me(api, token).id
            let forged = path(id, secret: Array(repeating: 1, count: 32))
            for link in [forged, path(id) + "A", String(path(id).dropLast()), "/unsubscribe", "/unsubscribe?token="] {
                for answer in [
                    try await api.send(.get, link), try await api.send(.post, link, json: Self.oneClick, headers: Self.form),
                ] {
                    #expect(answer.status == .forbidden, "\(link)")
                    #expect(String(decoding: answer.body, as: UTF8.self).contains("This link is not good"))
                }
            }
            #expect(try await me(api, token).digestEnabled)
            _ = try await api.send(.delete, "/me", token: token)
            #expect(try await api.send(.get, path(id)).status == .notFound)
            #expect(try await api.send(.post, path(id), json: Self.oneClick, headers: Self.form).status == .notFound)
        }
    }

    /// No script, nothing loaded, and the styles are the very ones that the policy names.
    @Test func thePageFitsItsPolicy() async throws {
        try await APIFixture.run { api in
            let answer = try await api.send(.get, "/unsubscribe")
            let page = String(decoding: answer.body, as: UTF8.self), policy = try #require(answer.headers[.contentSecurityPolicy])
            let start = try #require(page.firstRange(of: "<style>")), end = try #require(page.firstRange(of: "</style>"))
            let hash = SHA256.hash(data: Array(page[start.upperBound..<end.lowerBound].utf8))
            #expect(policy.contains("style-src 'sha256-\(Data(hash).base64EncodedString())'"))
            #expect(policy.contains("default-src 'none'") && policy.contains("form-action 'self'"))
            for word in ["<script", "src=", "href=", "style=", "url("] { #expect(!page.contains(word), "\(word)") }
            #expect(answer.headers[.cacheControl] == "no-store")
            #expect(answer.headers[HTTPField.Name("Referrer-Policy")!] == "no-referrer")
        }
    }
}
