/// The answer of GET `/stats`: what the user has, and what was done in the last year.
public struct TaskStats: Codable, Sendable, Hashable {
    /// One day in the user's time zone.
    public struct Day: Codable, Sendable, Hashable {
        public var date: LocalDate
        /// Tasks that were completed on that day and still are.
        public var done: Int

        public init(date: LocalDate, done: Int) {
            self.date = date
            self.done = done
        }
    }

    /// Days in ``donePerDay``: a leap year, today being the last.
    public static let days = 366

    /// Tasks that are not deleted; all the other counts are of these.
    public var total: Int
    public var done: Int
    public var undone: Int
    /// Open tasks that were due before today.
    public var overdue: Int
    /// Open tasks that are due today.
    public var dueToday: Int
    /// The last ``days`` days, oldest first, those without any among them.
    public var donePerDay: [Day]

    public init(total: Int, done: Int, undone: Int, overdue: Int, dueToday: Int, donePerDay: [Day]) {
        self.total = total
        self.done = done
        self.undone = undone
        self.overdue = overdue
        self.dueToday = dueToday
        self.donePerDay = donePerDay
    }

    enum CodingKeys: String, CodingKey {
        case total, done, undone, overdue
        case dueToday = "due_today"
        case donePerDay = "done_per_day"
    }
}
