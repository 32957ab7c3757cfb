public import TodoCore

/// What one digest says, before it has a form.
public struct DigestContent: Sendable, Hashable {
    /// One open task.
    public struct Item: Sendable, Hashable {
        /// Any text; line breaks and control characters are shown as spaces.
        public var title: String
        /// What people type to name the task, like `WEB-12`; nil where it isn't known.
        public var reference: String?
        /// The day on which it is due; told as overdue, due today or due later, seen from the digest's date.
        public var dueOn: LocalDate?

        public init(title: String, reference: String? = nil, dueOn: LocalDate? = nil) {
            self.title = title
            self.reference = reference
            self.dueOn = dueOn
        }
    }

    /// The user's email address or name.
    public var recipient: String
    /// The day of the digest in the user's time zone.
    public var date: LocalDate
    /// Counts of all the user's tasks; `undone` may be more than `items` has.
    public var stats: DomainEvent.DigestStats
    /// Open tasks, in the order to show.
    public var items: [Item]
    /// Where the user opens the tasks.
    public var publicURL: String
    /// Where the user stops these mails; nil leaves that line out.
    public var unsubscribeURL: String?

    public init(
        recipient: String, date: LocalDate, stats: DomainEvent.DigestStats, items: [Item], publicURL: String,
        unsubscribeURL: String? = nil
    ) {
        self.recipient = recipient
        self.date = date
        self.stats = stats
        self.items = items
        self.publicURL = publicURL
        self.unsubscribeURL = unsubscribeURL
    }

    /// A digest of titles alone, as `email.daily_digest.requested` carries it.
    public init(
        recipient: String, date: LocalDate, stats: DomainEvent.DigestStats, undoneTitles: [String], publicURL: String,
        unsubscribeURL: String? = nil
    ) {
        self.init(
            recipient: recipient, date: date, stats: stats, items: undoneTitles.map { Item(title: $0) }, publicURL: publicURL,
            unsubscribeURL: unsubscribeURL)
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
