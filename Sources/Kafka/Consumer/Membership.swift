internal import Crdkafka
internal import Synchronization

/// How a consumer comes by its partitions. Used by the consumer's thread alone, after `join`.
protocol Membership: Sendable {
    func join(_ rk: OpaquePointer, control: OpaquePointer) throws(KafkaError)
    /// Does what is due. Returns when to be called again; `nil`: there is no need to.
    func tend(_ core: ConsumerCore, _ rk: OpaquePointer, messages: OpaquePointer) -> Duration?
    /// Gives the partitions up. `true`: wait until librdkafka has left the group.
    func leave(_ rk: OpaquePointer, control: OpaquePointer) -> Bool
    /// Lets go of librdkafka's objects, before the handle goes.
    func destroy()
}

/// A member of a group, which shares the partitions out and remembers the commits.
///
/// librdkafka leaves the group where nothing is polled for `max.poll.interval.ms`. A record that was handed out long ago
/// looks like that to it, though the consumer is alive: it has nothing to do, or does it for as long as it takes.
struct Member: Membership {
    /// librdkafka's default of `max.poll.interval.ms`.
    private static let standardPollInterval = 300_000

    let topics: [String]
    private let pollInterval: Duration

    init(_ topics: [String], _ configuration: KafkaConfiguration) {
        self.topics = topics
        let limit = configuration.properties["max.poll.interval.ms"].flatMap { Int($0) } ?? Member.standardPollInterval
        pollInterval = .milliseconds(max(1, limit / 3))
    }

    func join(_ rk: OpaquePointer, control: OpaquePointer) throws(KafkaError) {
        // Not the group's own queue: closing forwards that one, and a queue forwarded to itself never ends.
        let queue = rd_kafka_queue_get_consumer(rk)
        rd_kafka_queue_forward(queue, control)
        rd_kafka_queue_destroy(queue)
        let error = withPartitionList(topics.map { KafkaPartition(topic: $0, partition: -1) }) { rd_kafka_subscribe(rk, $0) }
        if error != RD_KAFKA_RESP_ERR_NO_ERROR {
            throw KafkaError(error, "Can't subscribe to \(topics.joined(separator: ", ")): \(KafkaError(error).message)")
        }
    }

    func tend(_ core: ConsumerCore, _ rk: OpaquePointer, messages: OpaquePointer) -> Duration? { pollInterval }

    func leave(_ rk: OpaquePointer, control: OpaquePointer) -> Bool {
        guard let error = rd_kafka_consumer_close_queue(rk, control) else { return true }
        rd_kafka_error_destroy(error)  // after a fatal error there is no group to leave
        return false
    }

    func destroy() {}
}
