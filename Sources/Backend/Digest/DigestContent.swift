public import TodoCore

/// What one digest says, before it has a form.
public struct DigestContent: Sendable, Hashable {
    /// The user's email address or name.
    public var recipient: String
    /// The day of the digest in the user's time zone.
    public var date: LocalDate
    /// Counts of all the user's tasks.
    public var stats: DomainEvent.DigestStats
    /// How many tasks are overdue, due today and so on; nil where due dates aren't known.
    public var counts: DailyDigest.Counts?
    // The sections, in the order to show. Titles may be any text: what is no printable character is shown as a space.
    public var overdue: [DailyDigest.Item]
    public var dueToday: [DailyDigest.Item]
    public var open: [DailyDigest.Item]
    public var done: [DailyDigest.Item]
    /// Open tasks that are in none of the sections.
    public var more: Int
    /// Where the user opens the tasks.
    public var publicURL: String
    /// Where the user stops these mails; nil leaves that line out.
    public var unsubscribeURL: String?

    /// The digest as the database tells it.
    public init(
        recipient: String, stats: DomainEvent.DigestStats, digest: DailyDigest, publicURL: String, unsubscribeURL: String? = nil
    ) {
        self.recipient = recipient
        self.date = digest.date
        self.stats = stats
        self.counts = digest.counts
        self.overdue = digest.overdue
        self.dueToday = digest.dueToday
        self.open = digest.open
        self.done = digest.done
        self.more = digest.more
        self.publicURL = publicURL
        self.unsubscribeURL = unsubscribeURL
    }

    /// A digest of titles alone, for an `email.daily_digest.requested` that carries no more.
    public init(
        recipient: String, date: LocalDate, stats: DomainEvent.DigestStats, undoneTitles: [String], publicURL: String,
        unsubscribeURL: String? = nil
    ) {
        self.recipient = recipient
        self.date = date
        self.stats = stats
        self.counts = nil
        self.overdue = []
        self.dueToday = []
        self.open = undoneTitles.prefix(DailyDigest.shownItems).map { DailyDigest.Item(reference: nil, title: $0) }
        self.done = []
        self.more = max(stats.undone, undoneTitles.count) - open.count
        self.publicURL = publicURL
        self.unsubscribeURL = unsubscribeURL
    }
}

/// A digest that is ready to mail or to show.
public struct RenderedDigest: Sendable, Hashable {
    /// One line, ASCII.
    public var subject: String
    /// Plain text in lines of at most 78 columns (a longer word stays whole), each ended by `\n`.
    public var text: String
    /// One whole page with inline styles that loads nothing.
    public var html: String

    public init(subject: String, text: String, html: String) {
        self.subject = subject
        self.text = text
        self.html = html
    }
}
