import FoundationEssentials
import JWTKit
import TodoCore

/// Access tokens: JWT, HS256, with exactly `sub`, `iat` and `exp`.
struct Tokens: Sendable {
    /// Seconds.
    let lifetime: Int
    private let keys: JWTKeyCollection

    struct Claims: JWTPayload {
        var sub: SubjectClaim
        var iat: IssuedAtClaim
        var exp: ExpirationClaim

        func verify(using algorithm: some JWTAlgorithm) throws {
            try exp.verifyNotExpired()
            // A clock may be a little ahead of ours.
            if iat.value > Date(timeIntervalSinceNow: 60) {
                throw JWTError.claimVerificationFailure(failedClaim: iat, reason: "issued in the future")
            }
        }
    }

    struct WeakSecret: Error, CustomStringConvertible {
        var description: String { "JWT_SECRET must have at least 32 bytes" }
    }

    init(secret: [UInt8], lifetime: Int) async throws {
        guard secret.count >= 32 else { throw WeakSecret() }
        self.lifetime = lifetime
        keys = JWTKeyCollection()
        await keys.add(hmac: HMACKey(from: secret), digestAlgorithm: .sha256)
    }

    func issue(for user: UUID, at now: Date = Date()) async throws -> AccessToken {
        // Whole seconds, as other implementations of JWT expect.
        let issued = Date(timeIntervalSince1970: now.timeIntervalSince1970.rounded(.down))
        let claims = Claims(
            sub: SubjectClaim(value: user.lowercase), iat: IssuedAtClaim(value: issued),
            exp: ExpirationClaim(value: issued + Double(lifetime)))
        return AccessToken(accessToken: try await keys.sign(claims, header: ["typ": "JWT"]), expiresIn: lifetime)
    }

    /// The user that the token names; nil for any token that isn't good.
    func user(of token: String) async -> UUID? {
        // The key alone decides how a signature is checked; the header has to say the same.
        guard let header = try? DefaultJWTParser().parse([UInt8](token.utf8), as: Claims.self).header, header.alg == "HS256",
            let claims = try? await keys.verify(token, as: Claims.self)
        else { return nil }
        return UUID(uuidString: claims.sub.value)
    }
}
