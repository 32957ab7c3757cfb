public import Postgres

/// The outbox of a database that was restored on another server.
///
/// Events are ordered by the number of the transaction that wrote them. Another server counts from its own beginning, so what it
/// writes would stand before what is published already, and nobody would ever read it. It has to go through as many transactions
/// as the first one had; empty ones cost a few microseconds each.
public enum RestoredOutbox {
    /// How many go into one statement: about a second's work.
    private static let round = 100_000

    /// How many transactions the server is behind the events that it holds; 0 where it wrote them itself.
    public static func missingTransactions(_ database: PostgresPool) async throws(PostgresError) -> Int {
        try await database.query(
            """
            SELECT greatest(0, 1 - pg_snapshot_xmax(pg_current_snapshot())::text::int8 + greatest(
                coalesce((SELECT xid::text::int8 FROM events ORDER BY xid DESC, seq DESC LIMIT 1), 0),
                coalesce((SELECT greatest(xid::text::int8, pruned_xid::text::int8) FROM relay_cursor), 0)))
            """
        ).decode(Int.self).first ?? 0
    }

    /// Goes through the missing transactions. Doing it again, or twice at once, does no harm.
    ///
    /// - Parameter progress: called with the number of those that were gone through so far.
    /// - Returns: how many there were.
    @discardableResult
    public static func catchUp(
        _ database: PostgresPool, progress: @Sendable (Int) -> Void = { _ in }
    ) async throws -> Int {
        var count = 0
        while true {
            let missing = try await missingTransactions(database)
            if missing == 0 { return count }
            let now = min(missing, round)
            try await database.withConnection { connection in
                // What is not on disk when the server crashes is gone through again.
                try connection.query("SET synchronous_commit = off")
                defer { _ = try? connection.query("RESET synchronous_commit") }
                try connection.query(
                    SQL(
                        unsafe: """
                            DO $$ BEGIN
                                FOR number IN 1..\(now) LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP;
                            END $$
                            """))
            }
            count += now
            progress(count)
        }
    }
}
