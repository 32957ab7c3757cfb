package import Postgres

/// A place in the outbox: its events are ordered by the writing transaction, then by `seq`.
///
/// As text it is `<xid>-<seq>` in decimal, such as `7421-93`: what the header `position` of a message says.
public struct OutboxPosition: Sendable, Hashable, Comparable, LosslessStringConvertible {
    /// The transaction that wrote the event (`xid8`).
    public let xid: UInt64
    /// The event's number, which no other event has. Numbers grow within a transaction, but not across them.
    public let seq: Int64

    /// Before every event.
    public static let start = OutboxPosition(xid: 0, seq: 0)

    /// The place of the event with these columns.
    public init(xid: UInt64, seq: Int64) {
        self.xid = xid
        self.seq = seq
    }

    /// Reads what `description` wrote, and nothing else; `nil` for any other text.
    public init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.count == 2, let xid = UInt64(Substring(parts[0])), let seq = Int64(Substring(parts[1])) else { return nil }
        self.init(xid: xid, seq: seq)
        // One place has one text: no sign, no leading zero.
        if description != text { return nil }
    }

    public var description: String { "\(xid)-\(seq)" }

    /// By transaction, then by `seq`: the order in which the relay publishes.
    public static func < (a: Self, b: Self) -> Bool { (a.xid, a.seq) < (b.xid, b.seq) }

    /// As a row of parameters, to compare with `(xid, seq)`.
    package var sql: SQL { "(\(PostgresTransactionID(rawValue: Int64(bitPattern: xid))), \(seq))" }

    /// Everything up to here is published.
    package static func published(_ connection: isolated PostgresConnection) throws -> OutboxPosition {
        let rows = try connection.query("SELECT xid, seq FROM relay_cursor")
        guard let (xid, seq) = try rows.first?.decode(Int64.self, Int64.self) else { throw MissingRelayCursor() }
        return OutboxPosition(xid: UInt64(bitPattern: xid), seq: seq)
    }
}

/// The table `relay_cursor` lost its row.
package struct MissingRelayCursor: Error, CustomStringConvertible {
    package var description: String {
        "relay_cursor has no row: INSERT INTO relay_cursor DEFAULT VALUES publishes all events again"
    }
}
