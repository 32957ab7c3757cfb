package import FoundationEssentials
import JWTKit
package import TodoCore

/// Access tokens: JWT, HS256, with exactly `sub`, `iat` and `exp`.
package struct Tokens: Sendable {
    /// Seconds.
    package let lifetime: Int
    /// The first signs; all of them verify, so that a secret can be changed without refusing the tokens of the one before.
    private let keys: [JWTKeyCollection]
    private let cache = TokenCache()

    /// Ours have some 190 bytes.
    private static let maximumLength = 1024

    struct WeakSecret: Error, CustomStringConvertible {
        var description: String { "JWT_SECRET must have at least 32 bytes" }
    }

    /// - Throws: when the secret has less than 32 bytes.
    package init(secret: [UInt8], lifetime: Int) async throws {
        try await self.init(secrets: [secret], lifetime: lifetime)
    }

    /// - Parameter secrets: the one to sign with, then those that are still accepted.
    /// - Throws: when there is none, or one of them has less than 32 bytes.
    package init(secrets: [[UInt8]], lifetime: Int) async throws {
        guard !secrets.isEmpty, secrets.allSatisfy({ $0.count >= 32 }) else { throw WeakSecret() }
        self.lifetime = lifetime
        var keys: [JWTKeyCollection] = []
        for secret in secrets {
            keys.append(await JWTKeyCollection().add(hmac: HMACKey(from: secret), digestAlgorithm: .sha256))
        }
        self.keys = keys
    }

    package func issue(for user: UUID, at now: Date = Date()) async throws -> AccessToken {
        // Whole seconds, as other implementations of JWT expect.
        let issued = Date(timeIntervalSince1970: now.timeIntervalSince1970.rounded(.down))
        let claims = TokenClaims(sub: user.lowercase, iat: issued, exp: issued + Double(lifetime))
        return AccessToken(accessToken: try await keys[0].sign(claims, header: ["typ": "JWT"]), expiresIn: lifetime)
    }

    /// The user that the token names; nil for any token that isn't good. It costs some 30 µs for a token's first use, and
    /// a look into a dictionary from then on.
    package func user(of token: String, at now: Date = Date()) async -> UUID? { await grant(of: token, at: now)?.user }

    /// The same, with the time when the token expires.
    package func grant(of token: String, at now: Date = Date()) async -> TokenCache.Grant? {
        if let grant = cache.grant(of: token, at: now) { return grant }
        guard token.utf8.count <= Tokens.maximumLength, TokenForm.isGood(token) else { return nil }
        for key in keys {
            guard let claims = try? await key.verify(token, as: TokenClaims.self) else { continue }
            // A clock may be a little ahead of ours.
            guard now < claims.exp, claims.iat <= now + 60, let user = UUID(uuidString: claims.sub) else { return nil }
            cache.keep(token, user: user, until: claims.exp)
            return TokenCache.Grant(user: user, expiry: claims.exp)
        }
        return nil
    }
}

/// The payload: these three, and nothing else.
private struct TokenClaims: JWTPayload {
    var sub: String
    var iat: Date
    var exp: Date

    init(sub: String, iat: Date, exp: Date) {
        self.sub = sub
        self.iat = iat
        self.exp = exp
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        guard try decoder.singleValueContainer().decode([String: JSONValue].self).count == 3 else {
            throw DecodingError.dataCorruptedError(forKey: .sub, in: values, debugDescription: "other claims than ours")
        }
        sub = try values.decode(String.self, forKey: .sub)
        iat = try Date(timeIntervalSince1970: values.decode(Double.self, forKey: .iat))
        exp = try Date(timeIntervalSince1970: values.decode(Double.self, forKey: .exp))
    }

    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(sub, forKey: .sub)
        try values.encode(Int(iat.timeIntervalSince1970), forKey: .iat)
        try values.encode(Int(exp.timeIntervalSince1970), forKey: .exp)
    }

    /// The times are ours to check, by the clock that we were told.
    func verify(using algorithm: some JWTAlgorithm) {}

    enum CodingKeys: String, CodingKey {
        case sub, iat, exp
    }
}
