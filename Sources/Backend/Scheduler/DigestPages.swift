import Digest
import FoundationEssentials
import Postgres
import TodoCore

/// The digests of one slot, a page of users at a time, so that memory doesn't grow with the users.
struct DigestPages: Sendable {
    /// Titles in an event; the counts tell of more. Keeps an event below half a megabyte.
    private static let titles = 200

    private let database: PostgresPool
    private let defaultTimeZone: String
    private let size: Int

    init(database: PostgresPool, defaultTimeZone: String, size: Int) {
        self.database = database
        self.defaultTimeZone = defaultTimeZone
        self.size = size
    }

    /// The events for the users of the slot's zone who come after `last` in the order of ids.
    ///
    /// Left out are users without a task, those who came after the slot, and those whose event is processed.
    /// `last` of the result is the last user that was looked at; nil when there are no more.
    func page(of slot: ZoneSlot, after last: UUID?) async throws -> (events: [DomainEvent], last: UUID?) {
        let after: SQL = last.map { "AND users.id > \($0)" } ?? ""
        let users = try await database.query(
            """
            SELECT id, email FROM users
            WHERE digest_enabled AND coalesce(time_zone, \(defaultTimeZone)) = \(slot.zone) AND created_at < \(slot.instant) \(after)
                AND EXISTS (SELECT FROM tasks WHERE tasks.user_id = users.id AND deleted_at IS NULL)
            ORDER BY id LIMIT \(size)
            """
        ).decode(UUID.self, String.self)
        guard let end = users.last else { return ([], nil) }
        let events = try await events(of: users, slot)
        return (events, users.count < size ? nil : end.0)
    }

    /// One statement for all of them: counts and titles are of one moment.
    private func events(of users: [(id: UUID, email: String)], _ slot: ZoneSlot) async throws -> [DomainEvent] {
        let ids = users.map(\.id), emails = users.map(\.email)
        let eventIDs = ids.map { DigestID.of(user: $0, date: slot.local.date) }
        return try await database.query(
            """
            SELECT user_id, email, event_id, total, done, titles
            FROM unnest(\(ids), \(emails), \(eventIDs)) AS users (user_id, email, event_id)
            CROSS JOIN LATERAL (
                SELECT count(*) AS total, count(*) FILTER (WHERE tasks.done) AS done
                FROM tasks WHERE tasks.user_id = users.user_id AND deleted_at IS NULL
            ) AS counts
            CROSS JOIN LATERAL (
                SELECT coalesce(array_agg(title ORDER BY due_on NULLS LAST, created_at, id), '{}') AS titles
                FROM (
                    SELECT title, due_on, created_at, id
                    FROM tasks WHERE tasks.user_id = users.user_id AND NOT tasks.done AND deleted_at IS NULL
                    ORDER BY due_on NULLS LAST, created_at, id LIMIT \(Self.titles)
                ) AS open
            ) AS opens
            WHERE total > 0 AND NOT EXISTS (SELECT FROM processed_events WHERE processed_events.event_id = users.event_id)
            ORDER BY user_id
            """
        ).decode(UUID.self, String.self, UUID.self, Int.self, Int.self, [String].self).map {
            user, email, id, total, done, titles in
            DomainEvent(
                id: id, occurredAt: slot.instant, user: user,
                kind: .digestRequested(
                    email: email, stats: .init(total: total, done: done, undone: total - done), undoneTitles: titles))
        }
    }
}
