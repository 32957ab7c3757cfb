import FoundationEssentials
import Kafka
import Store
import TodoCore

/// What a message of the topic holds.
enum CommandMessage {
    case creation(TaskCommand, requestID: String?)
    /// Another type of command, which a later version may know.
    case other
    case unreadable(reason: String)

    /// The header says the type, if there is one: what another type's value is like doesn't matter here.
    init(_ record: KafkaRecord) {
        func header(_ name: String) -> String? { record.headers.last { $0.name == name }?.value }
        if let type = header(MessageHeader.eventType), type != TaskCommand.type {
            self = .other
            return
        }
        do {
            guard try Wire.decode(Envelope.self, from: record.value).type == TaskCommand.type else {
                self = .other
                return
            }
            self = .creation(
                try Wire.decode(TaskCommand.self, from: record.value),
                requestID: Limits.requestID(header(MessageHeader.requestID)))
        } catch {
            self = .unreadable(reason: "the message can't be parsed: \(Wire.fault(error))")
        }
    }

    private struct Envelope: Decodable {
        var type: String
    }
}
