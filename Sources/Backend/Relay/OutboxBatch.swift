import Kafka
import Postgres
import Store

/// The next events to publish, as messages.
struct OutboxBatch: Sendable {
    /// What one question asks for: with events of the largest size, some 80 MB.
    private static let pageSize = 500
    /// A batch with as much as this is full.
    private static let maxCount = 4000
    private static let maxBytes = 2 << 20

    private(set) var messages: [KafkaMessage] = []
    /// The place of the last one; nil when there are none.
    private(set) var end: OutboxPosition?
    /// Whether there may be more now.
    private(set) var isFull = false
    /// Whether there are events that must wait for the end of an older transaction.
    private(set) var isHeldBack = false
    private var bytes = 0

    /// Reads as many events as make a batch, or as many as there are.
    static func read(after position: OutboxPosition, from connection: isolated PostgresConnection) throws -> OutboxBatch {
        var batch = OutboxBatch()
        repeat { try batch.readPage(after: batch.end ?? position, connection) } while batch.isFull && !batch.isLarge
        return batch
    }

    private var isLarge: Bool { messages.count >= OutboxBatch.maxCount || bytes >= OutboxBatch.maxBytes }

    private mutating func readPage(after position: OutboxPosition, _ connection: isolated PostgresConnection) throws {
        // Qualified, since a bare xid in ORDER BY might be a column of the answer. The number of rows is part of the text:
        // as a parameter it would leave the planner to guess, and it might sort the table.
        let rows = try connection.query(
            """
            SELECT xid < (SELECT pg_snapshot_xmin(pg_current_snapshot())), \(OutboxMessage.columns), payload, request_id
            FROM events WHERE (xid, seq) > \(position.sql)
            ORDER BY events.xid, events.seq LIMIT \(SQL(unsafe: "\(OutboxBatch.pageSize)"))
            """)
        isFull = rows.count == OutboxBatch.pageSize
        for row in rows {
            let row = try OutboxMessage.read(row)
            guard row.isWanted else {
                (isHeldBack, isFull) = (true, false)
                return
            }
            messages.append(row.message)
            bytes += row.message.value.count
            end = row.position
        }
    }
}
