import FoundationEssentials
import Kafka
import Postgres
import Store

/// A place in the outbox: everything up to it is published.
struct EventCursor {
    /// A transaction id of 64 bits, in decimal.
    var xid: String
    var seq: Int

    static func current(_ connection: PostgresConnection) async throws -> EventCursor {
        let rows = try await connection.query("SELECT xid::text, seq FROM relay_cursor")
        guard let (xid, seq) = try rows.first?.decode(String.self, Int.self) else { throw MissingCursor() }
        return EventCursor(xid: xid, seq: seq)
    }

    func save(_ connection: PostgresConnection) async throws {
        try await connection.query(
            "UPDATE relay_cursor SET xid = (\(xid)::text)::xid8, seq = \(seq), moved_at = now()")
    }

    struct MissingCursor: Error, CustomStringConvertible {
        var description: String { "relay_cursor has no row: run todo-backend migrate" }
    }
}

/// The next events to publish, as messages.
struct OutboxBatch {
    var messages: [KafkaMessage] = []
    /// The place of the last one; nil when there are none.
    var end: EventCursor?
    /// Whether more may be had at once.
    var isFull = false
    /// Whether there are events that must wait for the end of an older transaction.
    var isHeldBack = false

    static func read(after cursor: EventCursor, limit: Int, from connection: PostgresConnection) async throws -> OutboxBatch {
        // Qualified, since a bare xid in ORDER BY would be the column of the answer: text, which puts 1000 before 999.
        let rows = try await connection.query(
            """
            SELECT xid < pg_snapshot_xmin(pg_current_snapshot()), xid::text, seq, event_id, type, user_id, payload, request_id
            FROM events WHERE (xid, seq) > ((\(cursor.xid)::text)::xid8, \(cursor.seq))
            ORDER BY events.xid, events.seq LIMIT \(limit)
            """)
        var batch = OutboxBatch()
        batch.messages.reserveCapacity(rows.count)
        for row in rows {
            let (isSettled, xid, seq, id, type, user, payload, requestID) = try row.decode(
                Bool.self, String.self, Int.self, UUID.self, String.self, UUID.self, [UInt8].self, String?.self)
            guard isSettled else {
                batch.isHeldBack = true
                return batch
            }
            var headers = [
                KafkaHeader(name: MessageHeader.eventType, value: type),
                KafkaHeader(name: MessageHeader.eventID, value: id.uuidString.lowercased()),
            ]
            if let requestID { headers.append(KafkaHeader(name: MessageHeader.requestID, value: requestID)) }
            batch.messages.append(
                KafkaMessage(topic: Topics.events, key: user.uuidString.lowercased(), value: payload, headers: headers))
            batch.end = EventCursor(xid: xid, seq: seq)
        }
        batch.isFull = rows.count == limit
        return batch
    }
}
