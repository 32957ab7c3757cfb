// Kafka: a producer, a consumer, administration and an embedded broker over librdkafka.
// It is for services that need messages delivered at least once and consumed one by one.
// It must not know what the messages mean, nor any topic of the product: bytes go in and bytes come out.

/// A name and a value that travel beside a message, such as `event_type`.
public struct KafkaHeader: Sendable, Hashable {
    /// Any text; the same name may come more than once.
    public var name: String
    /// Bytes that are not UTF-8 are repaired when read; nothing is read as empty.
    public var value: String

    /// A header with this name and value.
    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// A message to send.
public struct KafkaMessage: Sendable, Hashable {
    /// The topic to send to, which should exist.
    public var topic: String
    /// Messages with one key go to one partition, in order. `nil`: any partition.
    public var key: String?
    /// What is sent; up to `message.max.bytes` (1,000,000) with key and headers.
    public var value: [UInt8]
    /// In this order.
    public var headers: [KafkaHeader]
    /// The partition to send to; `nil`: the key decides.
    public var partition: Int32?

    /// A message for a topic.
    public init(topic: String, key: String?, value: [UInt8], headers: [KafkaHeader] = [], partition: Int32? = nil) {
        self.topic = topic
        self.key = key
        self.value = value
        self.headers = headers
        self.partition = partition
    }
}

/// Where the broker stored a message.
public struct KafkaDelivery: Sendable, Hashable {
    /// The message's topic.
    public let topic: String
    /// The partition that its key chose.
    public let partition: Int32
    /// Its place in the partition, from 0.
    public let offset: Int64

    /// A delivery of one's own making, for tests.
    public init(topic: String, partition: Int32, offset: Int64) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
    }
}

/// A message that was read.
public struct KafkaRecord: Sendable, Hashable {
    /// The topic that it was read from.
    public let topic: String
    /// The partition that it was read from.
    public let partition: Int32
    /// Its place in the partition, from 0.
    public let offset: Int64
    /// `nil` where the message has no key; bytes that are not UTF-8 are repaired.
    public let key: String?
    /// The message itself; empty where it has none.
    public let value: [UInt8]
    /// In the order they were sent.
    public let headers: [KafkaHeader]
    /// Milliseconds since 1970, as the producer (or the broker, by the topic's setting) stamped it; -1 where there is none.
    public let timestamp: Int64
    /// The assignment of the partition that this record came with. A commit is good only while it lasts.
    package let assignment: UInt64

    /// A record of one's own making, for tests of what handles records. Committing it is refused.
    public init(
        topic: String, partition: Int32, offset: Int64, key: String?, value: [UInt8], headers: [KafkaHeader] = [],
        timestamp: Int64 = -1
    ) {
        self.init(
            topic: topic, partition: partition, offset: offset, key: key, value: value, headers: headers,
            timestamp: timestamp, assignment: 0)
    }

    package init(
        topic: String, partition: Int32, offset: Int64, key: String?, value: [UInt8], headers: [KafkaHeader],
        timestamp: Int64, assignment: UInt64
    ) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
        self.key = key
        self.value = value
        self.headers = headers
        self.timestamp = timestamp
        self.assignment = assignment
    }
}

/// One partition of a topic.
public struct KafkaPartition: Sendable, Hashable, Comparable {
    /// The topic's name.
    public let topic: String
    /// The partition's number, from 0.
    public let partition: Int32

    /// The partition of this number.
    public init(topic: String, partition: Int32) {
        self.topic = topic
        self.partition = partition
    }

    /// By topic, then by number.
    public static func < (a: Self, b: Self) -> Bool { (a.topic, a.partition) < (b.topic, b.partition) }
}
