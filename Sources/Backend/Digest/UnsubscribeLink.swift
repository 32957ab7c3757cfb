import Crypto
public import FoundationEssentials
import TodoCore

/// The links that stop the digest without a login: `PUBLIC_URL/unsubscribe?token=…`.
///
/// A token is the user's id and its HMAC-SHA256, in base64url: who holds it can turn this user's digest off and nothing
/// else. It has no end, since a mail may be opened years later. The key comes from a secret by HKDF, so that it says nothing
/// of the secret and signs nothing else (RFC 5869).
public struct UnsubscribeLink: Sendable {
    private static let label = Array("unsubscribe".utf8)

    private let key: SymmetricKey
    private let publicURL: String

    /// - Parameters:
    ///   - secret: at least 32 bytes that nobody else knows; the same for whoever makes links and whoever reads them.
    ///   - publicURL: where the API answers, such as `https://todo.example.org`.
    public init(secret: [UInt8], publicURL: String) {
        key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: secret), info: Self.label, outputByteCount: SHA256.byteCount)
        self.publicURL = publicURL.hasSuffix("/") ? String(publicURL.dropLast()) : publicURL
    }

    /// The link for this user, the same each time.
    public func url(for user: UUID) -> String { "\(publicURL)/unsubscribe?token=\(token(for: user))" }

    /// The user whose digest the token stops; nil for any token that we did not make.
    public func user(of token: String) -> UUID? {
        // 48 bytes are 64 characters without padding or unused bits: one token, one spelling.
        guard token.utf8.count == 64, let bytes = Self.bytes(base64URL: token), bytes.count == 48 else { return nil }
        let id = bytes.prefix(16), code = bytes.suffix(32)
        guard HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: id, using: key) else { return nil }
        return id.withUnsafeBytes { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
    }

    private func token(for user: UUID) -> String {
        var bytes = withUnsafeBytes(of: user.uuid) { Array($0) }
        bytes += Array(HMAC<SHA256>.authenticationCode(for: bytes, using: key))
        return Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
    }

    private static func bytes(base64URL text: String) -> [UInt8]? {
        guard !text.contains("+"), !text.contains("/") else { return nil }
        return Data(base64Encoded: text.replacing("-", with: "+").replacing("_", with: "/")).map(Array.init)
    }
}
