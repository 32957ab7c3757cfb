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
struct Member: Membership {
    let topics: [String]

    init(_ topics: [String]) { self.topics = topics }

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

    func tend(_ core: ConsumerCore, _ rk: OpaquePointer, messages: OpaquePointer) -> Duration? { nil }

    func leave(_ rk: OpaquePointer, control: OpaquePointer) -> Bool {
        guard let error = rd_kafka_consumer_close_queue(rk, control) else { return true }
        rd_kafka_error_destroy(error)  // after a fatal error there is no group to leave
        return false
    }

    func destroy() {}
}
