/// What a digest tells of one user's tasks on one day: the field `digest` of `email.daily_digest.requested`, and, with
/// a subject and counts, the answer of GET `/digest`.
public struct DailyDigest: Codable, Sendable, Hashable {
    /// One task of a digest.
    public struct Item: Codable, Sendable, Hashable {
        /// What people type to name it, like `WEB-12`; nil where it isn't known.
        public var reference: String?
        public var title: String
        public var dueOn: LocalDate?
        /// 0 (none) to 3 (high).
        public var priority: Int

        public init(reference: String?, title: String, dueOn: LocalDate? = nil, priority: Int = 0) {
            self.reference = reference
            self.title = title
            self.dueOn = dueOn
            self.priority = priority
        }

        enum CodingKeys: String, CodingKey {
            case reference, title
            case dueOn = "due_on"
            case priority
        }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(reference, forKey: .reference)
            try container.encode(title, forKey: .title)
            try container.encode(dueOn, forKey: .dueOn)
            try container.encode(priority, forKey: .priority)
        }
    }

    /// How many tasks each section has in all: the sections themselves may be cut.
    public struct Counts: Codable, Sendable, Hashable {
        public var overdue: Int
        public var dueToday: Int
        public var open: Int
        public var done: Int

        public init(overdue: Int, dueToday: Int, open: Int, done: Int) {
            self.overdue = overdue
            self.dueToday = dueToday
            self.open = open
            self.done = done
        }

        enum CodingKeys: String, CodingKey {
            case overdue
            case dueToday = "due_today"
            case open, done
        }
    }

    /// The most items that the open sections have together, and the most that `done` has.
    public static let shownItems = 50

    /// The day of the digest in the user's time zone.
    public var date: LocalDate
    /// The user's, by its IANA name.
    public var timeZone: String
    /// Open tasks that were due before `date`. This section and the next two are in one order: the earlier due date
    /// first, then the higher priority, then the older task.
    public var overdue: [Item]
    /// Open tasks that are due on `date`.
    public var dueToday: [Item]
    /// The other open tasks; those without a due date come last.
    public var open: [Item]
    /// What was completed since the day before `date` began, the latest first.
    public var done: [Item]
    /// Open tasks that are in none of the sections, for lack of room.
    public var more: Int
    public var counts: Counts

    public init(
        date: LocalDate, timeZone: String, overdue: [Item] = [], dueToday: [Item] = [], open: [Item] = [], done: [Item] = [],
        more: Int = 0, counts: Counts
    ) {
        self.date = date
        self.timeZone = timeZone
        self.overdue = overdue
        self.dueToday = dueToday
        self.open = open
        self.done = done
        self.more = more
        self.counts = counts
    }

    enum CodingKeys: String, CodingKey {
        case date
        case timeZone = "time_zone"
        case overdue
        case dueToday = "due_today"
        case open, done, more, counts
    }

    /// Where nothing counted the sections, what they have is all that is known.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        date = try container.decode(LocalDate.self, forKey: .date)
        timeZone = try container.decode(String.self, forKey: .timeZone)
        overdue = try container.decode([Item].self, forKey: .overdue)
        dueToday = try container.decode([Item].self, forKey: .dueToday)
        open = try container.decode([Item].self, forKey: .open)
        done = try container.decode([Item].self, forKey: .done)
        more = try container.decode(Int.self, forKey: .more)
        counts =
            try container.decodeIfPresent(Counts.self, forKey: .counts)
            ?? Counts(overdue: overdue.count, dueToday: dueToday.count, open: open.count + more, done: done.count)
    }
}

/// The answer of GET `/digest`: one object with `subject`, `stats` and the fields of ``DailyDigest``, but for its counts:
/// the subject has them in words, and GET `/stats` in numbers.
public struct DigestAnswer: Codable, Sendable, Hashable {
    /// The mail's subject, one line of ASCII.
    public var subject: String
    public var stats: DomainEvent.DigestStats
    public var digest: DailyDigest

    public init(subject: String, stats: DomainEvent.DigestStats, digest: DailyDigest) {
        self.subject = subject
        self.stats = stats
        self.digest = digest
    }

    enum CodingKeys: String, CodingKey {
        case subject, stats
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        subject = try container.decode(String.self, forKey: .subject)
        stats = try container.decode(DomainEvent.DigestStats.self, forKey: .stats)
        digest = try DailyDigest(from: decoder)
    }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: DailyDigest.CodingKeys.self)
        try fields.encode(digest.date, forKey: .date)
        try fields.encode(digest.timeZone, forKey: .timeZone)
        try fields.encode(digest.overdue, forKey: .overdue)
        try fields.encode(digest.dueToday, forKey: .dueToday)
        try fields.encode(digest.open, forKey: .open)
        try fields.encode(digest.done, forKey: .done)
        try fields.encode(digest.more, forKey: .more)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(subject, forKey: .subject)
        try container.encode(stats, forKey: .stats)
    }
}
