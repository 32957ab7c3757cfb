import Kafka
import Logging

/// Puts messages that can't be done where a person can look at them and send them again.
struct DeadLetterWriter: Sendable {
    /// Our headers beside a message of the largest size.
    private static let room = 16_384

    private let producer: KafkaProducer

    init(_ kafka: KafkaConfiguration, logger: Logger) throws(KafkaError) {
        var kafka = kafka
        // What was small enough before must be so with our headers too. Brokers take 1,048,588 bytes by default.
        let limit = kafka.properties["message.max.bytes"].flatMap { Int($0) } ?? 1_000_000
        kafka.properties["message.max.bytes"] = "\(min(limit + DeadLetterWriter.room, 1_000_000_000))"
        producer = try KafkaProducer(kafka.allowingRepeats, logger: logger)
    }

    /// Keeps the record with the reason and where it stood. Returns when the broker has it.
    func add(_ record: KafkaRecord, reason: String) async throws(KafkaError) {
        var letter = DeadLetterFormat.letter(for: record, reason: reason)
        do throws(KafkaError) {
            _ = try await producer.send(letter)
        } catch  where error.kind == .tooLarge {
            // Without this the message would hold its partition for ever. The letter says where it stands.
            letter.headers.append(KafkaHeader(name: DeadLetterFormat.omittedValue, value: "\(record.value.count)"))
            letter.value = []
            _ = try await producer.send(letter)
        }
    }

    func close() async { await producer.close() }
}
