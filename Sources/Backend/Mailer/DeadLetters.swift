import Kafka
import Store

/// Messages that can't be done, put where a person can look at them and send them again.
struct DeadLetters: Sendable {
    let producer: KafkaProducer

    /// Copies the record with its own headers, the reason, and where it stood. Returns when the broker has it.
    func add(_ record: KafkaRecord, reason: String) async throws(KafkaError) {
        let ours: Set = [
            MessageHeader.reason, MessageHeader.originTopic, MessageHeader.originPartition, MessageHeader.originOffset,
        ]
        let headers =
            record.headers.filter { !ours.contains($0.name) } + [
                KafkaHeader(name: MessageHeader.reason, value: reason),
                KafkaHeader(name: MessageHeader.originTopic, value: record.topic),
                KafkaHeader(name: MessageHeader.originPartition, value: "\(record.partition)"),
                KafkaHeader(name: MessageHeader.originOffset, value: "\(record.offset)"),
            ]
        _ = try await producer.send(
            KafkaMessage(topic: Topics.eventsDeadLetters, key: record.key, value: record.value, headers: headers))
    }
}
