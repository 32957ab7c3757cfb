import Postgres
import Store
import Testing

/// What a dump from another server leaves: events whose transactions are in this server's future.
struct RestoredOutboxTests {
    @Test func anOutboxOfThisServerNeedsNothing() async throws {
        let fixture = try await StoreFixture.make()
        #expect(try await RestoredOutbox.missingTransactions(fixture.pool) == 0)
        #expect(try await RestoredOutbox.catchUp(fixture.pool) == 0)
        await fixture.pool.close()
    }

    @Test(arguments: ["UPDATE events SET xid =", "UPDATE relay_cursor SET xid =", "UPDATE relay_cursor SET pruned_xid ="])
    func newEventsFollowTheRestoredOnes(change: String) async throws {
        let fixture = try await StoreFixture.make()
        let ahead = "(pg_snapshot_xmax(pg_current_snapshot())::text::int8 + 250000)::text::xid8"
        try await fixture.pool.query(SQL(unsafe: "\(change) \(ahead)"))
        // How many it takes isn't sure: other tests use transactions of the same server meanwhile.
        #expect(try await RestoredOutbox.missingTransactions(fixture.pool) > 0)
        try await RestoredOutbox.catchUp(fixture.pool)
        #expect(try await RestoredOutbox.missingTransactions(fixture.pool) == 0)
        let isLater = try await fixture.pool.query(
            """
            SELECT pg_current_xact_id() > (SELECT greatest(max(events.xid::text::int8), max(cursor.xid::text::int8))
                FROM events, relay_cursor AS cursor)::text::xid8
            """
        ).decode(Bool.self)
        #expect(isLater == [true])
        await fixture.pool.close()
    }
}
