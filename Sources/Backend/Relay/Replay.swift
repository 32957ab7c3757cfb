public import FoundationEssentials
public import Kafka
public import Logging
public import Postgres
import Store

extension Relay {
    /// How long an event is tried before a replay gives up.
    private static let patience = Duration.seconds(30)
    /// So many rows are looked at in one go: a short statement, however few of them are wanted.
    private static let pageSize = 1000

    /// Publishes retained events once more, the same bytes with the same headers in the same order, and leaves the
    /// cursor alone. Consumers drop what they have done already; a broker that lost everything has it again.
    ///
    /// It may be done while a relay runs: only what was published before it began is replayed, the rest is the relay's.
    /// - Parameters:
    ///   - since: events that occurred then or later; `.distantPast`: all.
    ///   - types: only these; `nil`: all.
    ///   - progress: told from time to time how many the broker has by now.
    /// - Returns: how many the broker took.
    /// - Throws: `KafkaError` where the broker doesn't take them, `PostgresError`, `CancellationError`. It can be done again.
    public static func replay(
        database: PostgresPool, kafka: KafkaConfiguration, since: Date, types: [String]? = nil, logger: Logger,
        progress: (@Sendable (Int) -> Void)? = nil
    ) async throws -> Int {
        let end = try await database.withConnection { try OutboxPosition.published($0) }
        let producer = try OrderedProducer(kafka, patience: patience, logger: logger)
        let outcome: Result<Int, any Error>
        do {
            var position = OutboxPosition.start
            var count = 0
            while position < end {
                let rows = try await database.query(page(after: position, through: end, since: since, types: types))
                guard let last = rows.last else { break }
                let wanted = try rows.map { row in try OutboxMessage.read(row) }.filter(\.isWanted).map(\.message)
                try await producer.deliver(wanted)
                position = try OutboxMessage.read(last).position
                count += wanted.count
                progress?(count)
                try Task.checkCancellation()
            }
            outcome = .success(count)
        } catch {
            outcome = .failure(error)
        }
        await producer.close()
        return try outcome.get()
    }

    private static func page(
        after position: OutboxPosition, through end: OutboxPosition, since: Date, types: [String]?
    ) -> SQL {
        // PostgreSQL knows no time before 4713 BC, and no event is older than this program.
        let since = max(since, Date(timeIntervalSince1970: 0))
        return """
            SELECT is_wanted, \(OutboxMessage.columns),
                CASE WHEN is_wanted THEN payload END, CASE WHEN is_wanted THEN request_id END
            FROM (
                SELECT *, occurred_at >= \(since) AND (\(types)::text[] IS NULL OR type = ANY (\(types))) AS is_wanted
                FROM events WHERE (xid, seq) > \(position.sql) AND (xid, seq) <= \(end.sql)
                ORDER BY xid, seq LIMIT \(SQL(unsafe: "\(pageSize)"))
            ) AS page ORDER BY xid, seq
            """
    }
}
