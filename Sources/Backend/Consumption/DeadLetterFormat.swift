public import Kafka
import Store

/// How a message is kept that can't be done: key, value and headers as they were, and our own headers behind them.
public enum DeadLetterFormat {
    /// On a letter that is too large with our headers: how many bytes its value has, which is left out.
    public static let omittedValue = "value_omitted"
    /// On a message that came back from the dead letters: which letter it was, such as `events.dlq/0/17`.
    public static let retriedFrom = "retried_from"
    /// On a mark, which stands behind the letters in their partition: partition and offset of the one that was sent back,
    /// such as `0/17`. Kafka can't delete a single message; this is how a letter is known to be settled.
    public static let retried = "retried"

    /// The topic that keeps the dead letters of `topic`.
    public static func topic(of topic: String) -> String { topic + suffix }

    /// The topic whose dead letters `topic` keeps; nil: it isn't one of dead letters.
    public static func origin(of topic: String) -> String? {
        topic.hasSuffix(suffix) && topic.utf8.count > suffix.utf8.count ? String(topic.dropLast(suffix.count)) : nil
    }

    /// The headers that the message had before it became a letter.
    public static func ownHeaders(of record: KafkaRecord) -> [KafkaHeader] { record.headers.filter { !ours.contains($0.name) } }

    /// The letter that keeps the record.
    package static func letter(for record: KafkaRecord, reason: String) -> KafkaMessage {
        KafkaMessage(
            topic: topic(of: record.topic), key: record.key, value: record.value,
            headers: ownHeaders(of: record) + [
                KafkaHeader(name: MessageHeader.reason, value: String(reason.unicodeScalars.prefix(maxReason))),
                KafkaHeader(name: MessageHeader.originTopic, value: record.topic),
                KafkaHeader(name: MessageHeader.originPartition, value: "\(record.partition)"),
                KafkaHeader(name: MessageHeader.originOffset, value: "\(record.offset)"),
            ])
    }

    private static let suffix = ".dlq"
    /// In characters: a reason that quotes a whole message would make the letter too large.
    private static let maxReason = 2000
    private static let ours: Set = [
        MessageHeader.reason, MessageHeader.originTopic, MessageHeader.originPartition, MessageHeader.originOffset,
        omittedValue, retried,
    ]
}
