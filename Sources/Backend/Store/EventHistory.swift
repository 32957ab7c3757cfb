public import FoundationEssentials
public import Postgres

/// The outbox as one user may read it: his own events, in the order in which they are published.
public struct EventHistory: Sendable {
    /// An event as it stands in the outbox.
    public struct Event: Sendable {
        public let position: OutboxPosition
        public let type: String
        /// The JSON that is published.
        public let payload: [UInt8]
    }

    private let database: PostgresPool

    public init(database: PostgresPool) { self.database = database }

    /// The user's events behind a place, oldest first. Those that an older transaction may still get in front of are left
    /// out: they come later, and none of them is behind the last one given.
    ///
    /// - Throws: `PostgresError`.
    public func events(of user: UUID, after position: OutboxPosition, limit: Int) async throws -> [Event] {
        try await database.query(
            """
            SELECT xid, seq, type, payload FROM events
            WHERE user_id = \(user) AND (xid, seq) > \(position.sql) AND xid < pg_snapshot_xmin(pg_current_snapshot())
            ORDER BY xid, seq LIMIT \(limit)
            """
        ).decode(Int64.self, Int64.self, String.self, [UInt8].self).map { xid, seq, type, payload in
            Event(position: OutboxPosition(xid: UInt64(bitPattern: xid), seq: seq), type: type, payload: payload)
        }
    }

    /// The place behind everything that is settled now, and whether what follows `position` can't be told: it has been
    /// deleted (see ``Retention``), or the place is not of this database's history, such as after a restore.
    ///
    /// - Throws: `StoreError.noSuchUser`; `PostgresError`; ``MissingRelayCursor``.
    public func now(
        of user: UUID, after position: OutboxPosition?
    ) async throws -> (position: OutboxPosition, isMissingSome: Bool) {
        let rows = try await database.query(
            """
            SELECT pg_snapshot_xmin(pg_current_snapshot()), pg_snapshot_xmax(pg_current_snapshot()), pruned_xid, pruned_seq,
                EXISTS (SELECT FROM users WHERE id = \(user))
            FROM relay_cursor
            """)
        guard
            let (settled, next, prunedXID, prunedSeq, isThere) = try rows.first?.decode(
                Int64.self, Int64.self, Int64.self, Int64.self, Bool.self)
        else { throw MissingRelayCursor() }
        guard isThere else { throw StoreError.noSuchUser }
        let pruned = OutboxPosition(xid: UInt64(bitPattern: prunedXID), seq: prunedSeq)
        let end = OutboxPosition(xid: UInt64(bitPattern: next), seq: .max)
        return (OutboxPosition(xid: UInt64(bitPattern: settled), seq: 0), position.map { $0 < pruned || $0 > end } ?? false)
    }
}
