import FoundationEssentials
import Kafka
import Postgres
import Store
import TodoCore

/// How an event becomes a message; the relay and a replay do it alike.
enum OutboxMessage {
    /// The columns that `read` wants, after one of the caller's own. Only `payload` and `request_id` may be left out, as
    /// NULL, where the event isn't wanted.
    static let columns: SQL = "xid, seq, event_id, type, user_id"

    /// One row of an answer, read.
    struct Row {
        /// The caller's own column.
        let isWanted: Bool
        let position: OutboxPosition
        let message: KafkaMessage
    }

    /// - Parameter row: a Bool, then `columns`, `payload` and `request_id`.
    static func read(_ row: PostgresRow) throws(PostgresError) -> Row {
        let (isWanted, xid, seq, id, type, user, payload, requestID) = try row.decode(
            Bool.self, Int64.self, Int64.self, UUID.self, String.self, UUID.self, [UInt8]?.self, String?.self)
        let position = OutboxPosition(xid: UInt64(bitPattern: xid), seq: seq)
        var headers = [
            KafkaHeader(name: MessageHeader.eventType, value: type),
            KafkaHeader(name: MessageHeader.eventID, value: id.text),
            KafkaHeader(name: MessageHeader.position, value: position.description),
        ]
        if let requestID { headers.append(KafkaHeader(name: MessageHeader.requestID, value: requestID)) }
        let message = KafkaMessage(topic: Topics.events, key: user.text, value: payload ?? [], headers: headers)
        return Row(isWanted: isWanted, position: position, message: message)
    }
}

extension UUID {
    /// `lowercase`, several times as fast: the relay writes two for each event.
    fileprivate var text: String {
        String(unsafeUninitializedCapacity: 36) { text in
            withUnsafeBytes(of: uuid) { bytes in
                var position = 0
                for (index, byte) in bytes.enumerated() {
                    if index == 4 || index == 6 || index == 8 || index == 10 {
                        text[position] = UInt8(ascii: "-")
                        position += 1
                    }
                    text[position] = UUID.hexDigit(byte >> 4)
                    text[position + 1] = UUID.hexDigit(byte & 15)
                    position += 2
                }
                return position
            }
        }
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 { value < 10 ? 48 + value : 87 + value }
}
