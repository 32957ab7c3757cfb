import API
import Crypto
import FoundationEssentials
import Testing
import TodoCore

/// What is a good token, and what is not.
struct TokenTests {
    static let header = #"{"alg":"HS256","typ":"JWT"}"#
    let user = UUID.v7()
    let now = Date(timeIntervalSince1970: 1_800_000_000)

    @Test func aTokenNamesItsUserUntilItExpires() async throws {
        let tokens = try await Tokens(secret: APIFixture.secret, lifetime: 60)
        let token = try await tokens.issue(for: user, at: now).accessToken
        #expect(await tokens.user(of: token, at: now) == user)
        #expect(await tokens.user(of: token, at: now + 59.5) == user)
        // It is in the cache by now, which must not keep it alive.
        #expect(await tokens.user(of: token, at: now + 60) == nil)
        #expect(await tokens.user(of: token, at: now + 61) == nil)
        // Nobody saw it before it expired.
        #expect(await (try Tokens(secret: APIFixture.secret, lifetime: 60)).user(of: token, at: now + 60) == nil)
    }

    @Test func exactlyThreeClaims() async throws {
        let tokens = try await Tokens(secret: APIFixture.secret, lifetime: 60)
        let parts = try await tokens.issue(for: user, at: now).accessToken.split(separator: ".")
        #expect(
            parts[0] == Forge.base64URL(TokenTests.header.utf8)
                || parts[0] == Forge.base64URL(#"{"typ":"JWT","alg":"HS256"}"#.utf8))
        let base64 = String(parts[1].map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
        let padding = String(repeating: "=", count: (4 - base64.count % 4) % 4)
        let claims = try Wire.decode(JSONValue.self, from: try #require(Data(base64Encoded: base64 + padding)))
        let seconds = Int(now.timeIntervalSince1970)
        #expect(claims == .object(["sub": .string(user.lowercase), "iat": .integer(seconds), "exp": .integer(seconds + 60)]))
    }

    @Test(arguments: [
        #"{"alg":"none"}"#, #"{"alg":"none","typ":"JWT"}"#, #"{"alg":"None"}"#, #"{"alg":"hs256"}"#, #"{"alg":"RS256"}"#,
        #"{"alg":"ES256"}"#, #"{"alg":"HS384"}"#, #"{"alg":"HS512"}"#, #"{"typ":"JWT"}"#, #"{"alg":null}"#, #"{"alg":256}"#, "[]",
        "{}",
        "", "HS256", #"{"alg":"HS256","kid":"1"}"#, #"{"alg":"HS256","crit":["b64"],"b64":false}"#,
        #"{"alg":"HS256","jwk":{"kty":"oct","k":"AA"}}"#,
    ])
    func refusesTheHeader(_ header: String) async throws {
        try await expectRefused(sign(header, claims()))
        try await expectRefused(Forge.text(header, claims()) + ".")
        try await expectRefused(Forge.text(header, claims()))
    }

    @Test func refusesOtherClaimsAndTimes() async throws {
        let seconds = Int(now.timeIntervalSince1970)
        try await expectGood(sign(TokenTests.header, claims()))
        try await expectGood(sign(#"{"typ":"JWT","alg":"HS256"}"#, claims()))
        try await expectGood(sign(#"{"alg":"HS256"}"#, claims(issued: 59)))
        for claims in [
            claims(expires: -1), claims(expires: 0), claims(issued: 61, expires: 600), claims(user: "me"), claims(user: ""),
            claims(more: #","admin":true"#), claims(more: #","nbf":1"#),
            #"{"sub":"\#(user)","iat":\#(seconds)}"#, #"{"sub":"\#(user)","exp":\#(seconds + 60)}"#,
            #"{"iat":\#(seconds),"exp":\#(seconds + 60)}"#, #"{"sub":"\#(user)","iat":"\#(seconds)","exp":"\#(seconds + 60)"}"#,
            #"{"sub":"\#(user)","iat":null,"exp":\#(seconds + 60)}"#, #"{"sub":5,"iat":\#(seconds),"exp":\#(seconds + 60)}"#,
            "null", "[]", "{}", "",
        ] {
            try await expectRefused(sign(TokenTests.header, claims))
        }
    }

    /// The keys and algorithms that an attacker would try.
    @Test func refusesOtherSignatures() async throws {
        let text = Forge.text(TokenTests.header, claims())
        let key = SymmetricKey(data: APIFixture.secret)
        let otherHash = Forge.text(#"{"alg":"HS512","typ":"JWT"}"#, claims())
        let publicKey = Curve25519.Signing.PrivateKey().publicKey.rawRepresentation
        let confused = Forge.text(#"{"alg":"RS256","typ":"JWT"}"#, claims())
        for token in [
            sign(TokenTests.header, claims(), secret: Array("another secret of thirty-two bytes".utf8)),
            sign(TokenTests.header, claims(), secret: []), sign(TokenTests.header, claims(), secret: Array(publicKey)),
            "\(confused).\(Forge.base64URL(HMAC<SHA256>.authenticationCode(for: Data(confused.utf8), using: SymmetricKey(data: publicKey))))",
            "\(otherHash).\(Forge.base64URL(HMAC<SHA512>.authenticationCode(for: Data(otherHash.utf8), using: key)))",
            "\(text).\(Forge.base64URL(HMAC<SHA512>.authenticationCode(for: Data(text.utf8), using: key)))",
            "\(text).\(Forge.base64URL(HMAC<SHA384>.authenticationCode(for: Data(text.utf8), using: key)))",
            "\(text).\(Forge.base64URL(SHA256.hash(data: Data(text.utf8))))",
        ] {
            try await expectRefused(token)
        }
    }

    /// Also in the last character of the signature, of which only four bits count.
    @Test func anyOtherCharacterMakesItBad() async throws {
        let good = sign(TokenTests.header, claims())
        let tokens = try await Tokens(secret: APIFixture.secret, lifetime: 60)
        #expect(await tokens.user(of: good, at: now) == user)
        for index in good.indices {
            for other in ["A", "B", "9", "_", "+", "=", ".", "é", " "] as [Character] where good[index] != other {
                let bad = String(good[..<index]) + String(other) + String(good[good.index(after: index)...])
                #expect(await tokens.user(of: bad, at: now) == nil, "\(bad)")
            }
        }
        for length in 0..<good.count { #expect(await tokens.user(of: String(good.prefix(length)), at: now) == nil) }
    }

    @Test func refusesWhatIsNoTokenAtAll() async throws {
        let good = sign(TokenTests.header, claims())
        let standard = good.replacing("-", with: "+").replacing("_", with: "/")
        for token in [
            "", ".", "..", "...", "x", "x.y", "x.y.z", good + ".", "." + good, good + ".x", good + " ", " " + good, good + "=",
            good + "\n",
            good.replacing(".", with: ""), good + good, String(repeating: "a", count: 100_000),
            good + String(repeating: "A", count: 100_000), String(repeating: ".", count: 100_000), "\u{0}", "é.é.é",
        ] + (standard == good ? [] : [standard]) {
            try await expectRefused(token)
        }
    }

    @Test func anOldSecretStillVerifiesAndTheFirstSigns() async throws {
        let (old, new) = (Array("the old secret of thirty-two bytes.".utf8), APIFixture.secret)
        let before = try await Tokens(secret: old, lifetime: 60)
        let both = try await Tokens(secrets: [new, old], lifetime: 60)
        let after = try await Tokens(secret: new, lifetime: 60)
        let token = try await before.issue(for: user, at: now).accessToken
        #expect(await both.user(of: token, at: now) == user)
        #expect(await after.user(of: token, at: now) == nil)
        let next = try await both.issue(for: user, at: now).accessToken
        #expect(await after.user(of: next, at: now) == user)
        await #expect(throws: (any Error).self) { try await Tokens(secret: Array("too short".utf8), lifetime: 60) }
        await #expect(throws: (any Error).self) { try await Tokens(secrets: [], lifetime: 60) }
    }

    @Test func theCacheForgetsAndIsBounded() {
        let cache = TokenCache(capacity: 10)
        for number in 0..<1000 {
            cache.keep("token \(number)", user: user, until: now)
            #expect(cache.count <= 20)
            // What is used stays.
            if number > 0 { #expect(cache.user(of: "token 0", at: now - 1) == user) }
        }
        #expect(cache.user(of: "token 999", at: now - 1) == user)
        #expect(cache.user(of: "token 999", at: now) == nil)
        #expect(cache.user(of: "token 999", at: now - 1) == nil)
        #expect(cache.user(of: "token 500", at: now - 1) == nil)
    }

    private func claims(user: String? = nil, issued: Int = 0, expires: Int = 60, more: String = "") -> String {
        let seconds = Int(now.timeIntervalSince1970)
        return #"{"sub":"\#(user ?? self.user.lowercase)","iat":\#(seconds + issued),"exp":\#(seconds + expires)\#(more)}"#
    }

    private func sign(_ header: String, _ claims: String, secret: [UInt8] = APIFixture.secret) -> String {
        let text = Forge.text(header, claims)
        let code = HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: SymmetricKey(data: secret))
        return "\(text).\(Forge.base64URL(code))"
    }

    /// Twice: what was refused must not be in the cache.
    private func expectRefused(_ token: String, at place: SourceLocation = #_sourceLocation) async throws {
        let tokens = try await Tokens(secret: APIFixture.secret, lifetime: 60)
        for _ in 0..<2 { #expect(await tokens.user(of: token, at: now) == nil, "\(token.prefix(200))", sourceLocation: place) }
    }

    private func expectGood(_ token: String, at place: SourceLocation = #_sourceLocation) async throws {
        let tokens = try await Tokens(secret: APIFixture.secret, lifetime: 60)
        for _ in 0..<2 { #expect(await tokens.user(of: token, at: now) == user, sourceLocation: place) }
    }
}
