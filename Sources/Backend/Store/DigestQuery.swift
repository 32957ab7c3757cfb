public import FoundationEssentials
public import Postgres
public import TodoCore

/// What the digests of users say: one statement for the scheduler's pages and for GET `/digest`, so that both tell the same.
public struct DigestQuery: Sendable {
    /// The most titles of open tasks in an event.
    static let titles = 200
    // What keeps an event near 100 kB at most, in bytes of titles: each stops at the first title that goes beyond.
    static let titleBytes = 50_000
    static let openBytes = 32_000
    static let doneBytes = 8_000

    private let database: PostgresPool

    public init(database: PostgresPool) { self.database = database }

    /// The facts of these users' digests, in the order of the users; a user who is gone has a total of 0.
    ///
    /// - Parameters:
    ///   - date: the day of the digests in `timeZone`.
    ///   - timeZone: all the users', by a name that PostgreSQL knows.
    /// - Throws: `PostgresError`.
    public func digests(of users: [UUID], on date: LocalDate, in timeZone: String) async throws -> [UserDigest] {
        let sql = Self.statement(users, date, timeZone)
        let rows: PostgresRows
        if users.count == 1 {
            rows = try await database.query(sql)
        } else {
            rows = try await database.withTransaction { (connection: isolated PostgresConnection) throws -> PostgresRows in
                // Compiling it would take longer than running it: PostgreSQL thinks so many users worth it, time and again.
                try connection.query("SET LOCAL jit = off")
                return try connection.query(sql)
            }
        }
        return try rows.map { (row: PostgresRow) throws -> UserDigest in
            let (user, total, done, titles, digest) = try row.decode(
                UUID.self, Int.self, Int.self, [UInt8].self, [UInt8].self)
            return UserDigest(
                user: user, stats: DomainEvent.DigestStats(total: total, done: done, undone: total - done),
                undoneTitles: titles, digest: digest)
        }
    }

    /// The digest of one user's own day, and the user's email.
    ///
    /// - Parameters:
    ///   - defaultTimeZone: for a user who has none.
    ///   - instant: whose day it is; nil for now.
    /// - Throws: `StoreError.noSuchUser`, `.unknownTimeZone`; `PostgresError`.
    public func digest(
        of user: UUID, defaultTimeZone: String, at instant: Date? = nil
    ) async throws -> (email: String, stats: DomainEvent.DigestStats, digest: DailyDigest) {
        let zone = try await UserZone.of(user, default: defaultTimeZone, database)
        let date = try await zone.date(at: instant, database)
        guard let found = try await digests(of: [user], on: date, in: zone.name).first else { throw StoreError.noSuchUser }
        return (zone.email, found.stats, try Wire.decode(DailyDigest.self, from: found.digest))
    }

    /// A task as an item. The key of a list and a number need no escaping.
    private static let item: SQL = """
        json_build_object('reference', concat(l.key || '-', t.number), 'title', t.title, 'due_on', t.due_on,
            'priority', t.priority)
        """

    /// One row a user. The inner queries number the tasks in their order, measure their titles and sort them once: an
    /// aggregate takes its rows as they come.
    private static func statement(_ users: [UUID], _ date: LocalDate, _ timeZone: String) -> SQL {
        """
        SELECT u.id, counts.total, counts.done, opens.titles,
            json_build_object(
                'date', day, 'time_zone', zone, 'overdue', opens.overdue, 'due_today', opens.due_today, 'open', opens.later,
                'done', dones.items, 'more', counts.total - counts.done - opens.shown,
                'counts', json_build_object(
                    'overdue', counts.overdue, 'due_today', counts.due_today,
                    'open', counts.total - counts.done - counts.overdue - counts.due_today, 'done', dones.total))
        FROM (SELECT \(date) AS day, \(timeZone) AS zone) AS given
        CROSS JOIN unnest(\(users)) WITH ORDINALITY AS u (id, place)
        CROSS JOIN LATERAL (
            SELECT count(*) AS total, count(*) FILTER (WHERE done) AS done,
                count(*) FILTER (WHERE NOT done AND due_on < day) AS overdue,
                count(*) FILTER (WHERE NOT done AND due_on = day) AS due_today
            FROM tasks WHERE user_id = u.id AND deleted_at IS NULL
        ) AS counts
        CROSS JOIN LATERAL (
            SELECT coalesce(json_agg(title) FILTER (WHERE bytes <= \(titleBytes)), '[]') AS titles,
                count(item) AS shown,
                coalesce(json_agg(item) FILTER (WHERE item IS NOT NULL AND due_on < day), '[]') AS overdue,
                coalesce(json_agg(item) FILTER (WHERE item IS NOT NULL AND due_on = day), '[]') AS due_today,
                coalesce(json_agg(item) FILTER (WHERE item IS NOT NULL AND (due_on > day OR due_on IS NULL)), '[]') AS later
            FROM (
                SELECT title, due_on, bytes,
                    CASE WHEN place <= \(DailyDigest.shownItems) AND bytes <= \(openBytes) THEN \(item) END AS item
                FROM (
                    SELECT list_id, number, title, due_on, priority,
                        row_number() OVER in_order AS place, sum(octet_length(title)) OVER in_order AS bytes
                    FROM tasks WHERE user_id = u.id AND NOT done AND deleted_at IS NULL
                    WINDOW in_order AS (ORDER BY due_on, priority DESC, created_at, id ROWS UNBOUNDED PRECEDING)
                ) AS t JOIN lists AS l ON l.id = t.list_id
                WHERE place <= \(titles) ORDER BY t.place
            ) AS items
        ) AS opens
        CROSS JOIN LATERAL (
            SELECT count(*) AS total, coalesce(json_agg(item) FILTER (WHERE item IS NOT NULL), '[]') AS items
            FROM (
                SELECT CASE WHEN place <= \(DailyDigest.shownItems) AND bytes <= \(doneBytes) THEN \(item) END AS item
                FROM (
                    SELECT list_id, number, title, due_on, priority,
                        row_number() OVER in_order AS place, sum(octet_length(title)) OVER in_order AS bytes
                    FROM tasks
                    WHERE user_id = u.id AND done AND deleted_at IS NULL AND (done_at AT TIME ZONE zone)::date >= day - 1
                    WINDOW in_order AS (ORDER BY done_at DESC, id ROWS UNBOUNDED PRECEDING)
                ) AS t JOIN lists AS l ON l.id = t.list_id
                ORDER BY t.place
            ) AS items
        ) AS dones
        ORDER BY u.place
        """
    }
}

/// The facts of one user's digest. What PostgreSQL made JSON stays so: most of it is only passed on.
public struct UserDigest: Sendable {
    public var user: UUID
    public var stats: DomainEvent.DigestStats
    /// A JSON array of strings.
    public var undoneTitles: [UInt8]
    /// The JSON of a `DailyDigest`.
    public var digest: [UInt8]
}
