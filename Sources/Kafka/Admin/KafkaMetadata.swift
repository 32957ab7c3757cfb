internal import Crdkafka

/// A topic to create.
public struct KafkaTopic: Sendable, Hashable {
    /// Letters, digits, `.`, `_` and `-`, up to 249.
    public var name: String
    /// How many; -1: the broker's default.
    public var partitions: Int
    /// How many brokers keep each partition; -1: the broker's default.
    public var replication: Int
    /// The topic's own settings by Kafka's names, such as `retention.ms`.
    public var properties: [String: String]

    /// A topic to create.
    public init(name: String, partitions: Int, replication: Int = -1, properties: [String: String] = [:]) {
        self.name = name
        self.partitions = partitions
        self.replication = replication
        self.properties = properties
    }
}

/// What a cluster is made of.
public struct KafkaMetadata: Sendable, Hashable {
    /// One broker.
    public struct Broker: Sendable, Hashable {
        /// Its number in the cluster.
        public let id: Int32
        /// Where it says that clients reach it.
        public let host: String
        /// The port that goes with `host`.
        public let port: Int
    }

    /// One partition, and the brokers that hold it.
    public struct Partition: Sendable, Hashable {
        /// Its number, from 0.
        public let partition: Int32
        /// The id of the broker that leads it; `nil`: none does, and nothing can be sent or read.
        public let leader: Int32?
        /// The ids of the brokers that should hold it.
        public let replicas: [Int32]
        /// The ids of those that hold all of it now.
        public let inSyncReplicas: [Int32]
    }

    /// One topic.
    public struct Topic: Sendable, Hashable {
        /// Its name.
        public let name: String
        /// Sorted by number.
        public let partitions: [Partition]
    }

    /// All that are up.
    public let brokers: [Broker]
    /// Sorted by name.
    public let topics: [Topic]

    /// The topic of that name; `nil`: there is none.
    public subscript(topic name: String) -> Topic? { topics.first { $0.name == name } }
}

/// Where a partition begins and ends.
public struct KafkaWatermarks: Sendable, Hashable {
    /// The first offset that is still there.
    public let low: Int64
    /// The offset that the next message gets.
    public let high: Int64

    /// Watermarks of one's own making, to compare with.
    public init(low: Int64, high: Int64) {
        self.low = low
        self.high = high
    }
}

/// How far a group has come in one partition.
public struct KafkaGroupOffset: Sendable, Hashable {
    /// The partition that this is about.
    public let partition: KafkaPartition
    /// The offset that the group reads next; `nil`: it committed nothing.
    public let committed: Int64?
    /// Where the partition begins and ends.
    public let watermarks: KafkaWatermarks

    /// How many messages are there that the group hasn't committed.
    public var lag: Int64 { max(0, watermarks.high - max(committed ?? watermarks.low, watermarks.low)) }
}

// MARK: - From librdkafka

extension KafkaMetadata {
    init(asking rk: OpaquePointer, _ timeout: Int32) throws(KafkaError) {
        var answer: UnsafePointer<rd_kafka_metadata>?
        let error = rd_kafka_metadata(rk, 1, nil, &answer, timeout)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR, let metadata = answer?.pointee else { throw KafkaError(error) }
        defer { rd_kafka_metadata_destroy(answer) }
        brokers = UnsafeBufferPointer(start: metadata.brokers, count: Int(metadata.broker_cnt)).map {
            Broker(id: $0.id, host: String(cString: $0.host), port: Int($0.port))
        }
        topics = UnsafeBufferPointer(start: metadata.topics, count: Int(metadata.topic_cnt)).map { Topic($0) }
            .sorted { $0.name < $1.name }
    }
}

extension KafkaMetadata.Topic {
    fileprivate init(_ topic: rd_kafka_metadata_topic) {
        name = String(cString: topic.topic)
        partitions = UnsafeBufferPointer(start: topic.partitions, count: Int(topic.partition_cnt)).map {
            KafkaMetadata.Partition(
                partition: $0.id, leader: $0.leader >= 0 ? $0.leader : nil,
                replicas: Array(UnsafeBufferPointer(start: $0.replicas, count: Int($0.replica_cnt))),
                inSyncReplicas: Array(UnsafeBufferPointer(start: $0.isrs, count: Int($0.isr_cnt))))
        }.sorted { $0.partition < $1.partition }
    }
}

extension KafkaWatermarks {
    init(of partition: KafkaPartition, asking rk: OpaquePointer, _ timeout: Int32) throws(KafkaError) {
        var low: Int64 = 0
        var high: Int64 = 0
        let error = rd_kafka_query_watermark_offsets(rk, partition.topic, partition.partition, &low, &high, timeout)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else {
            let text = KafkaError(error).message
            throw KafkaError(error, "No offsets of \(partition.topic)/\(partition.partition): \(text)")
        }
        self.init(low: low, high: high)
    }
}
