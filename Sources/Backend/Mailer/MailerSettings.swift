import Digest
public import FoundationEssentials
import TodoCore

/// How the mailer mails.
public struct MailerSettings: Sendable {
    /// The sender of all mail; the part after its `@` stands in `Message-ID` too.
    public var from: Mailbox
    /// Where users open their tasks, such as `https://todo.example.org`.
    public var publicURL: String
    /// How mail leaves.
    public var transport: any MailTransport
    /// The link by which this user stops the mails with one POST; nil where there is none.
    public var unsubscribeURL: (@Sendable (_ user: UUID) -> String)?
    /// How many mails are under way side by side: also how many at most may have left when the database has not heard yet.
    public var concurrency: Int
    /// The waits between tries: about the first one at first, twice as long each time, at most the last one.
    public var retryDelay: ClosedRange<Duration>

    public init(
        from: Mailbox, publicURL: String, transport: any MailTransport,
        unsubscribeURL: (@Sendable (_ user: UUID) -> String)? = nil, concurrency: Int = 8,
        retryDelay: ClosedRange<Duration> = .seconds(1) ... .seconds(60)
    ) {
        self.from = from
        self.publicURL = publicURL
        self.transport = transport
        self.unsubscribeURL = unsubscribeURL
        self.concurrency = concurrency
        self.retryDelay = retryDelay
    }

    /// The same with a link in each mail that stops them without a login.
    ///
    /// - Parameter secret: at least 32 bytes; the API reads the links by the same.
    public func withUnsubscribeLinks(secret: [UInt8]) -> MailerSettings {
        let links = UnsubscribeLink(secret: secret, publicURL: publicURL)
        var settings = self
        settings.unsubscribeURL = { links.url(for: $0) }
        return settings
    }

    /// The transport that `SMTP_URL` names: `smtp://host:port`, `smtps://host:port`, or `maildir:` and a folder.
    ///
    /// - Parameter connections: to a mail server, at most so many at once; one that allows fewer is asked for fewer.
    /// - Throws: `MailError.permanent`, in words for people, where there is no such transport.
    public static func transport(
        url: String, username: String? = nil, password: String? = nil, connections: Int = 8,
        timeout: Duration = .seconds(30), authoritiesFile: String? = nil
    ) throws(MailError) -> any MailTransport {
        let scheme = url.prefix { $0 != ":" }.lowercased()
        switch scheme {
        case "smtp", "smtps":
            return try SMTPMailTransport(
                url: url, username: username, password: password, connections: connections, timeout: timeout,
                authoritiesFile: authoritiesFile)
        case "maildir":
            let rest = url.dropFirst("maildir:".count)
            let folder = rest.hasPrefix("//") ? rest.dropFirst(2) : rest
            guard !folder.isEmpty else { throw .permanent("maildir: names no folder; write maildir:/var/mail/todo") }
            return MaildirTransport(folder: String(folder))
        default:
            throw .permanent("mail can't leave by \"\(scheme):\"; use smtp://host:port, smtps://host:port or maildir:/folder")
        }
    }
}

/// What a mailer did since it started.
public struct MailerCounters: Sendable, Hashable {
    /// Mails handed over.
    public var sent = 0
    /// Events that had their mail already.
    public var duplicates = 0
    /// Messages of other types.
    public var ignored = 0
    /// Tries that failed and are made again.
    public var retries = 0
    /// Messages that went to `events.dlq`.
    public var deadLetters = 0

    public init() {}
}
