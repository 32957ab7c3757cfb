// DeadLetters: for operators: which messages went to the dead-letter topics and why, and the way back for them. It must not
// know what a message means, nor the services that read it.

import Consumption
public import FoundationEssentials
package import Kafka
import Store
import TodoCore

/// Where a dead letter stands; people write it `events.dlq/0/17`.
public struct DeadLetterID: Sendable, Hashable, Comparable, LosslessStringConvertible {
    /// The dead-letter topic.
    public let topic: String
    /// The partition's number, from 0.
    public let partition: Int32
    /// Its place in the partition, from 0.
    public let offset: Int64

    /// The letter at this place, whether there is one or not.
    public init(topic: String, partition: Int32, offset: Int64) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
    }

    /// Nil for anything but topic, partition and offset.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[0].isEmpty, let place = DeadLetterID.place(parts[1], parts[2]) else { return nil }
        self.init(topic: String(parts[0]), partition: place.partition, offset: place.offset)
    }

    /// Topic, partition and offset with `/` between.
    public var description: String { "\(topic)/\(partition)/\(offset)" }

    /// By topic, then by place.
    public static func < (a: Self, b: Self) -> Bool {
        (a.topic, a.partition, a.offset) < (b.topic, b.partition, b.offset)
    }

    /// Plain digits only: `Int` would also take `+5`.
    static func place(_ partition: Substring, _ offset: Substring) -> (partition: Int32, offset: Int64)? {
        guard (partition + offset).utf8.allSatisfy({ (0x30...0x39).contains($0) }), let partition = Int32(partition),
            let offset = Int64(offset)
        else { return nil }
        return (partition, offset)
    }
}

/// A message that could not be done, without its value. All of its text is somebody else's.
public struct DeadLetter: Sendable, Hashable, Identifiable {
    /// Where it stands.
    public let id: DeadLetterID
    /// When it came to the dead letters.
    public let time: Date?
    /// Why.
    public let reason: String?
    /// The topic that it came from; nil where the letter doesn't say.
    public let originTopic: String?
    /// The partition where it stood there, as the header has it.
    public let originPartition: String?
    /// The offset where it stood there, as the header has it.
    public let originOffset: String?
    /// Its `event_type`.
    public let type: String?
    /// Its `event_id`.
    public let eventID: String?
    /// Its key: a user's id.
    public let key: String?
    /// Bytes of the message's value.
    public let size: Int
    /// Whether the value was too large to be kept here.
    public let isValueOmitted: Bool
}

/// Why an operator's wish can't be granted, in words for him.
public enum DeadLetterError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Not a topic of dead letters.
    case unknownTopic(String)
    /// No letter stands there: there never was one, retention took it, or it is a mark.
    case noSuchLetter(DeadLetterID)

    /// What happened and what to do.
    public var description: String {
        switch self {
        case .unknownTopic(let topic):
            "No dead letters are kept in \(Printable.line(topic)); the topics are \(DeadLetterQueue.topics.joined(separator: ", "))."
        case .noSuchLetter(let id):
            "There is no dead letter \(Printable.line(id.description)) (any more). `todo-backend dlq list` shows those there are."
        }
    }
}

extension DeadLetter {
    /// Nil: the record is a mark.
    package init?(_ record: KafkaRecord) {
        guard Mark(record) == nil else { return nil }
        func header(_ name: String) -> String? { record.headers.last { $0.name == name }?.value }
        let omitted = header(DeadLetterFormat.omittedValue).flatMap { Int($0) }
        id = DeadLetterID(topic: record.topic, partition: record.partition, offset: record.offset)
        time = record.time
        reason = header(MessageHeader.reason)
        originTopic = header(MessageHeader.originTopic)
        originPartition = header(MessageHeader.originPartition)
        originOffset = header(MessageHeader.originOffset)
        type = header(MessageHeader.eventType)
        eventID = header(MessageHeader.eventID)
        key = record.key
        size = omitted ?? record.value.count
        isValueOmitted = omitted != nil
    }
}

/// Says that a letter was sent back. It stands in the letter's own partition, behind it.
struct Mark: Hashable {
    let letter: DeadLetterID
    let time: Date?

    /// Nil: the record is a letter, or nothing of ours.
    init?(_ record: KafkaRecord) {
        guard let place = record.headers.last(where: { $0.name == DeadLetterFormat.retried })?.value else { return nil }
        let parts = place.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let (partition, offset) = DeadLetterID.place(parts[0], parts[1]) else { return nil }
        letter = DeadLetterID(topic: record.topic, partition: partition, offset: offset)
        time = record.time
    }

    static func message(for letter: DeadLetterID) -> KafkaMessage {
        KafkaMessage(
            topic: letter.topic, key: nil, value: [],
            headers: [KafkaHeader(name: DeadLetterFormat.retried, value: "\(letter.partition)/\(letter.offset)")],
            partition: letter.partition)
    }
}

extension KafkaRecord {
    fileprivate var time: Date? { timestamp < 0 ? nil : Date(timeIntervalSince1970: Double(timestamp) / 1000) }
}
