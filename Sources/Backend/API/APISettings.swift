/// What the API is told at its start.
public struct APISettings: Sendable {
    public var host: String
    /// 0 takes any free port.
    public var port: Int
    /// At least 32 bytes.
    public var jwtSecret: [UInt8]
    /// The one before, while it is being changed: its tokens are accepted, and none is signed with it. At least 32 bytes.
    public var previousJWTSecret: [UInt8]?
    /// Seconds that a token is good for.
    public var jwtLifetime: Int
    /// The folder with the web page; nil where something else serves it.
    public var frontend: String?
    /// How often one address may try to log in; accounts have a limit of their own, unless this is off.
    public var loginLimit = RateLimit.default
    /// How often one address may register.
    public var registrationLimit = RateLimit.default
    public var trustedProxies = TrustedProxies.none
    /// Who else may call the API from a browser; nil: nobody.
    public var cors: CORSPolicy?
    /// The IANA time zone of users who have none.
    public var defaultTimeZone = "UTC"
    /// Where users open their tasks, for digests.
    public var publicURL = "http://127.0.0.1:8080"
    /// What signs the links that stop the digest, the same as the mailer's; nil: ``jwtSecret``.
    public var unsubscribeSecret: [UInt8]?

    public init(host: String, port: Int, jwtSecret: [UInt8], jwtLifetime: Int = 86_400, frontend: String? = nil) {
        self.host = host
        self.port = port
        self.jwtSecret = jwtSecret
        self.jwtLifetime = jwtLifetime
        self.frontend = frontend
    }
}
