import Digest
import FoundationEssentials
import Postgres
import Store
import TodoCore

/// The digests of one slot, a page of users at a time, so that memory doesn't grow with the users.
struct DigestPages: Sendable {
    private let database: PostgresPool
    private let digests: DigestQuery
    private let defaultTimeZone: String
    private let size: Int

    init(database: PostgresPool, defaultTimeZone: String, size: Int) {
        self.database = database
        self.digests = DigestQuery(database: database)
        self.defaultTimeZone = defaultTimeZone
        self.size = size
    }

    /// The requests for the users of the slot's zone who come after `last` in the order of ids.
    ///
    /// Left out are users without a task, those who came after the slot, and those whose event is processed.
    /// `last` of the result is the last user that was looked at; nil when there are no more.
    func page(of slot: ZoneSlot, after last: UUID?) async throws -> (requests: [DigestRequest], last: UUID?) {
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
        return (try await requests(for: users, slot), users.count < size ? nil : end.0)
    }

    private func requests(for users: [(id: UUID, email: String)], _ slot: ZoneSlot) async throws -> [DigestRequest] {
        let ids = users.map { DigestID.of(user: $0.id, date: slot.local.date) }
        let processed = Set(
            try await database.query("SELECT event_id FROM processed_events WHERE event_id = ANY (\(ids))").decode(UUID.self))
        let wanted = zip(users, ids).filter { !processed.contains($1) }
        guard !wanted.isEmpty else { return [] }
        let facts = try await digests.digests(of: wanted.map(\.0.id), on: slot.local.date, in: slot.zone)
        return zip(wanted, facts).compactMap { wanted, facts in
            // Their last task may be gone by now.
            facts.stats.total == 0
                ? nil : DigestRequest(id: wanted.1, occurredAt: slot.instant, email: wanted.0.email, facts: facts)
        }
    }
}
