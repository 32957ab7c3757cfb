public import FoundationEssentials
public import Postgres
public import TodoCore

/// The counts of GET `/stats`.
public struct StatsStore: Sendable {
    private let database: PostgresPool
    private let defaultTimeZone: String

    /// - Parameter defaultTimeZone: for users who have none; a name that PostgreSQL knows.
    public init(database: PostgresPool, defaultTimeZone: String) {
        self.database = database
        self.defaultTimeZone = defaultTimeZone
    }

    /// The user's counts, by the days of the user's time zone.
    ///
    /// - Parameter instant: whose day is today; nil for now.
    /// - Throws: `StoreError.noSuchUser`, `.unknownTimeZone`; `PostgresError`.
    public func stats(of user: UUID, at instant: Date? = nil) async throws -> TaskStats {
        let zone = try await UserZone.of(user, default: defaultTimeZone, database)
        let today = try await zone.date(at: instant, database)
        let rows = try await database.query(
            """
            WITH mine AS (
                SELECT done, due_on, \(today) - (done_at AT TIME ZONE \(zone.name))::date AS days_ago
                FROM tasks WHERE user_id = \(user) AND deleted_at IS NULL
            ), days AS (
                SELECT days_ago, count(*) AS done FROM mine WHERE days_ago BETWEEN 0 AND \(TaskStats.days - 1) GROUP BY days_ago
            )
            SELECT count(*), count(*) FILTER (WHERE done), count(*) FILTER (WHERE NOT done AND due_on < \(today)),
                count(*) FILTER (WHERE NOT done AND due_on = \(today)),
                (SELECT coalesce(array_agg(days_ago::bigint), '{}') FROM days), (SELECT coalesce(array_agg(done), '{}') FROM days)
            FROM mine
            """)
        guard let row = rows.first else { throw StoreError.noSuchUser }
        let (total, done, overdue, dueToday, daysAgo, counts) = try row.decode(
            Int.self, Int.self, Int.self, Int.self, [Int].self, [Int].self)
        let donePerDay = Dictionary(zip(daysAgo, counts)) { $0 + $1 }
        return TaskStats(
            total: total, done: done, undone: total - done, overdue: overdue, dueToday: dueToday,
            donePerDay: (0..<TaskStats.days).reversed().compactMap { ago in
                today.adding(days: -ago).map { TaskStats.Day(date: $0, done: donePerDay[ago] ?? 0) }
            })
    }
}
