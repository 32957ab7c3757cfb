public import FoundationEssentials

/// The caller's account, as GET `/me` and POST `/auth/register` answer it.
public struct User: Codable, Sendable, Hashable, Identifiable {
    public var id: UUID
    public var email: String
    /// An IANA name such as `Europe/Berlin`; nil where the server's default holds.
    public var timeZone: String?
    public var digestEnabled: Bool
    public var createdAt: Date

    public init(id: UUID, email: String, timeZone: String? = nil, digestEnabled: Bool = true, createdAt: Date) {
        self.id = id
        self.email = email
        self.timeZone = timeZone
        self.digestEnabled = digestEnabled
        self.createdAt = createdAt
    }

    enum CodingKeys: String, CodingKey {
        case id, email
        case timeZone = "time_zone"
        case digestEnabled = "digest_enabled"
        case createdAt = "created_at"
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id.lowercase, forKey: .id)
        try container.encode(email, forKey: .email)
        try container.encode(timeZone, forKey: .timeZone)
        try container.encode(digestEnabled, forKey: .digestEnabled)
        try container.encode(createdAt, forKey: .createdAt)
    }
}

/// The body of POST `/auth/register` and POST `/auth/login`.
public struct Credentials: Codable, Sendable, Hashable {
    public var email: String
    public var password: String

    public init(email: String, password: String) {
        self.email = email
        self.password = password
    }
}

/// The answer of POST `/auth/login`.
public struct AccessToken: Codable, Sendable, Hashable {
    public var accessToken: String
    /// Always `bearer`.
    public var tokenType: String
    /// Seconds.
    public var expiresIn: Int

    public init(accessToken: String, tokenType: String = "bearer", expiresIn: Int) {
        self.accessToken = accessToken
        self.tokenType = tokenType
        self.expiresIn = expiresIn
    }

    enum CodingKeys: String, CodingKey {
        case accessToken = "access_token"
        case tokenType = "token_type"
        case expiresIn = "expires_in"
    }
}

/// A list of tasks. The inbox has no key.
public struct TodoList: Codable, Sendable, Hashable, Identifiable {
    public var id: UUID
    public var key: String?
    public var name: String
    public var createdAt: Date

    public init(id: UUID, key: String?, name: String, createdAt: Date) {
        self.id = id
        self.key = key
        self.name = name
        self.createdAt = createdAt
    }

    enum CodingKeys: String, CodingKey {
        case id, key, name
        case createdAt = "created_at"
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id.lowercase, forKey: .id)
        try container.encode(key, forKey: .key)
        try container.encode(name, forKey: .name)
        try container.encode(createdAt, forKey: .createdAt)
    }
}
