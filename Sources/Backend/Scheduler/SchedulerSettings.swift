/// When digests are due, and for whom.
public struct SchedulerSettings: Sendable {
    /// By the clock on the user's wall. More than one slot a day makes no second digest: their events have one id.
    public var cron: CronExpression
    /// An IANA name that PostgreSQL knows, for the users without one.
    public var defaultTimeZone: String
    /// How long after a slot its digests may still be asked for.
    public var catchUp: Duration
    /// Users that are read and published at a time.
    public var pageSize: Int

    public init(
        cron: CronExpression, defaultTimeZone: String = "UTC", catchUp: Duration = .seconds(12 * 3600), pageSize: Int = 500
    ) {
        self.cron = cron
        self.defaultTimeZone = defaultTimeZone
        self.catchUp = catchUp
        self.pageSize = pageSize
    }
}

/// Why the scheduler can't do its work. Anything else that it throws is a `PostgresError` or a `KafkaError`.
public enum SchedulerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// PostgreSQL knows no such time zone as the default one.
    case unknownTimeZone(String)

    public var description: String {
        switch self {
        case .unknownTimeZone(let name):
            "PostgreSQL knows no time zone \"\(name)\": give an IANA name such as Europe/Berlin (DIGEST_TIME_ZONE)"
        }
    }
}
