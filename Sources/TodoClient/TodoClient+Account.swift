import FoundationEssentials
import Synchronization
public import TodoCore

extension TodoClient {
    /// Makes an account. It does not log in.
    @discardableResult
    public func register(email: String, password: String) async throws(ClientError) -> User {
        try await send(
            APIRequest("POST", "/auth/register", body: Credentials(email: email, password: password), needsLogin: false))
    }

    /// Logs in and keeps the login for later runs.
    @discardableResult
    public func login(email: String, password: String) async throws(ClientError) -> AccessToken {
        let request = APIRequest("POST", "/auth/login", body: Credentials(email: email, password: password), needsLogin: false)
        let answer: AccessToken
        do throws(ClientError) {
            answer = try await send(request)
        } catch .unauthorized { throw .wrongCredentials }
        let expiry = Date().addingTimeInterval(Double(answer.expiresIn))
        guard let store else { throw .noStateFolder }
        do throws(FileError) {
            try store.save(StoredToken(accessToken: answer.accessToken, email: email, expiresAt: expiry), for: configuration.url)
        } catch { throw .storage(error) }
        token.withLock { $0 = answer.accessToken }
        return answer
    }

    /// Forgets the kept login. The server is not asked: its tokens end by themselves.
    /// - Returns: Whether there was one.
    @discardableResult
    public func logout() throws(ClientError) -> Bool {
        token.withLock { $0 = nil }
        guard let store else { return false }
        do throws(FileError) {
            return try store.remove(for: configuration.url)
        } catch { throw .storage(error) }
    }

    /// The account that is logged in.
    public func me() async throws(ClientError) -> User { try await send(APIRequest("GET", "/me")) }

    /// Changes the account; an empty patch changes nothing.
    @discardableResult
    public func updateAccount(_ patch: AccountPatch) async throws(ClientError) -> User {
        try await send(APIRequest("PATCH", "/me", body: patch, isRepeatable: true))
    }

    /// Changes the password. Logins that are kept stay good until they expire.
    ///
    /// It is not sent twice: the second time the current password would be the new one.
    /// - Throws: `invalid` where `current` is wrong or `new` breaks a rule.
    @discardableResult
    public func changePassword(from current: String, to new: String) async throws(ClientError) -> User {
        try await send(APIRequest("PATCH", "/me", body: PasswordChange(password: new, currentPassword: current)))
    }

    /// Deletes the account and all that is in it, at once and for good, and forgets its login.
    public func deleteAccount() async throws(ClientError) {
        // Not repeated: that a deleted account's token is refused looks like any other refusal.
        _ = try await answer(to: APIRequest("DELETE", "/me", isRepeatable: false))
        // With TODO_TOKEN the kept login may be another account's.
        if configuration.token == nil { try logout() } else { token.withLock { $0 = nil } }
    }
}

/// The body of PATCH `/me`, but for passwords. A nil field is left as it is.
public struct AccountPatch: Encodable, Sendable, Hashable {
    /// An IANA name such as `Europe/Berlin`; `.some(nil)` goes back to the server's default.
    public var timeZone: String??
    public var digestEnabled: Bool?

    public init(timeZone: String?? = nil, digestEnabled: Bool? = nil) {
        self.timeZone = timeZone
        self.digestEnabled = digestEnabled
    }

    enum CodingKeys: String, CodingKey {
        case timeZone = "time_zone"
        case digestEnabled = "digest_enabled"
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        if let timeZone { try container.encode(timeZone, forKey: .timeZone) }
        try container.encodeIfPresent(digestEnabled, forKey: .digestEnabled)
    }
}

private struct PasswordChange: Encodable {
    var password: String
    var currentPassword: String

    enum CodingKeys: String, CodingKey {
        case password
        case currentPassword = "current_password"
    }
}
