internal import Crdkafka
public import Logging

/// A Kafka cluster in this process's memory, on ports of the loopback interface that any Kafka client can use.
///
/// It is librdkafka's own (`rdkafka_mock.h`): it keeps nothing when it ends, about 5 MB of each partition while
/// it runs, and knows no `CreateTopics`. A topic that a client asks for and nobody created gets 4 partitions. The
/// first member of a group waits 3 s for others.
public final class EmbeddedBroker: Sendable {
    private let handle: KafkaHandle
    // `nonisolated(unsafe)`: the cluster has its own lock, and is destroyed when `handle` lends itself no more.
    nonisolated(unsafe) private let cluster: OpaquePointer
    private let logger: Logger

    /// The addresses of all brokers, for `bootstrap.servers`.
    public let bootstrapServers: String

    /// Starts the brokers; their ids are 1 to `brokers`.
    public init(brokers: Int = 3, logger: Logger) throws(KafkaError) {
        guard (1...100).contains(brokers) else {
            throw .configuration("An embedded cluster has 1 to 100 brokers, not \(brokers)")
        }
        let handle = try KafkaHandle(.producer, KafkaConfiguration(bootstrapServers: ""), defaults: KafkaDefaults(values: []))
        guard let cluster = rd_kafka_mock_cluster_new(handle.owned, Int32(brokers)) else {
            handle.destroy()
            throw KafkaError(
                RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE, "The embedded broker can't open ports on the loopback interface")
        }
        self.handle = handle
        self.cluster = cluster
        self.logger = logger
        bootstrapServers = String(cString: rd_kafka_mock_cluster_bootstraps(cluster))
        logger.info("Embedded broker at \(bootstrapServers)")
    }

    deinit { close() }

    /// How to reach it: `bootstrapServers`, and what suits this broker better than librdkafka's defaults.
    ///
    /// It answers a fetch that found nothing only when `fetch.wait.max.ms` is over, even if a message came
    /// meanwhile, so that time is the latency of a message; a real broker answers at once. And when a group changes,
    /// it shares the partitions out a second before `session.timeout.ms` is over.
    public var configuration: KafkaConfiguration {
        KafkaConfiguration(
            bootstrapServers: bootstrapServers,
            properties: ["fetch.wait.max.ms": "50", "session.timeout.ms": "6000", "heartbeat.interval.ms": "1000"])
    }

    /// Creates a topic; one that is there already is left as it is.
    /// - Parameter replication: at most the number of brokers. Whatever it is, three brokers hold each partition
    ///   (all, where there are fewer).
    public func createTopic(_ name: String, partitions: Int, replication: Int) throws(KafkaError) {
        let error = try handle.use { _ in
            rd_kafka_mock_topic_create(cluster, name, Int32(clamping: partitions), Int32(clamping: replication))
        }
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR || error == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS else {
            throw KafkaError(
                error, "The embedded broker can't create \(name) with \(partitions) partitions and replication \(replication)")
        }
    }

    /// Stops the brokers; what they held is gone. Doing it again does nothing.
    public func close() {
        handle.destroy { rd_kafka_mock_cluster_destroy(cluster) }
    }
}

// MARK: - Faults, for tests

extension EmbeddedBroker {
    /// The kinds of requests that can be made to fail, with Kafka's numbers.
    public enum Request: Int16, Sendable, CaseIterable {
        case produce = 0
        case fetch = 1
        case listOffsets = 2
        case metadata = 3
        case offsetCommit = 8
        case offsetFetch = 9
        case findCoordinator = 10
        case joinGroup = 11
        case heartbeat = 12
        case leaveGroup = 13
        case syncGroup = 14
        case apiVersions = 18
        case initProducerID = 22
    }

    /// The next requests of this kind fail with these codes (`KafkaError.code`), one each; `_TRANSPORT` (-195) hangs up.
    public func pushErrors(_ codes: [Int32], to request: Request) throws(KafkaError) {
        let errors = codes.map { rd_kafka_resp_err_t($0) }
        try handle.use { _ in rd_kafka_mock_push_request_errors_array(cluster, request.rawValue, errors.count, errors) }
    }

    /// Forgets the errors that no request has met yet.
    public func clearErrors(of request: Request) throws(KafkaError) {
        try handle.use { _ in rd_kafka_mock_clear_request_errors(cluster, request.rawValue) }
    }

    /// Hangs up, and takes no connections. `nil`: all brokers.
    public func setDown(_ broker: Int32? = nil) throws(KafkaError) {
        try check("take down", broker) { rd_kafka_mock_broker_set_down(cluster, $0) }
    }

    /// Takes connections again. `nil`: all brokers.
    public func setUp(_ broker: Int32? = nil) throws(KafkaError) {
        try check("bring up", broker) { rd_kafka_mock_broker_set_up(cluster, $0) }
    }

    /// Delays every answer. `nil`: of all brokers.
    public func setRoundTrip(_ broker: Int32? = nil, _ time: Duration) throws(KafkaError) {
        try check("delay", broker) { rd_kafka_mock_broker_set_rtt(cluster, $0, time.milliseconds) }
    }

    /// Makes a broker the leader of a partition.
    public func setLeader(of partition: KafkaPartition, to broker: Int32) throws(KafkaError) {
        try check("make leader", broker) {
            rd_kafka_mock_partition_set_leader(cluster, partition.topic, partition.partition, $0)
        }
    }

    private func check(
        _ action: String, _ broker: Int32?, _ body: (Int32) -> rd_kafka_resp_err_t
    ) throws(KafkaError) {
        let error = try handle.use { _ in body(broker ?? -1) }
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw KafkaError(error, "The embedded cluster can't \(action) broker \(broker.map { "\($0)" } ?? "any")")
        }
    }
}
