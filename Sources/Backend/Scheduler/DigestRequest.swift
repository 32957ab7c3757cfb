import FoundationEssentials
import Kafka
import Store
import TodoCore

/// The event `email.daily_digest.requested` of one user and day.
struct DigestRequest: Sendable {
    static let type = "email.daily_digest.requested"

    var id: UUID
    var occurredAt: Date
    var email: String
    var facts: UserDigest

    /// The event's JSON, as `DomainEvent` reads it. It is put together of the JSON that PostgreSQL made: to take a
    /// hundred thousand digests apart and together again would be most of the scheduler's work.
    var json: [UInt8] {
        var writer = JSONWriter(capacity: 512 + facts.digest.count + facts.undoneTitles.count)
        writer.raw(#"{"digest":"#)
        facts.digest.withUnsafeBytes { writer.raw($0) }
        writer.raw(#","email":"#)
        writer.string(email)
        writer.raw(#","event_id":"#)
        writer.uuid(id)
        writer.raw(#","occurred_at":"#)
        writer.string(Timestamp.text(occurredAt))
        writer.raw(#","stats":{"done":"#)
        writer.integer(facts.stats.done)
        writer.raw(#","total":"#)
        writer.integer(facts.stats.total)
        writer.raw(#","undone":"#)
        writer.integer(facts.stats.undone)
        writer.raw(#"},"type":"#)
        writer.string(Self.type)
        writer.raw(#","undone_titles":"#)
        facts.undoneTitles.withUnsafeBytes { writer.raw($0) }
        writer.raw(#","user_id":"#)
        writer.uuid(facts.user)
        writer.raw("}")
        return writer.bytes
    }

    var message: KafkaMessage {
        KafkaMessage(
            topic: Topics.events, key: facts.user.lowercase, value: json,
            headers: [
                KafkaHeader(name: MessageHeader.eventType, value: Self.type),
                KafkaHeader(name: MessageHeader.eventID, value: id.lowercase),
            ])
    }
}
