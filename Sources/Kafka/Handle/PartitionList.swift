internal import Crdkafka

typealias PartitionList = UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

/// Makes a list of partitions for one call of librdkafka's.
func withPartitionList<R, E: Error>(
    _ partitions: [KafkaPartition], offset: Int64? = nil, _ body: (PartitionList) throws(E) -> R
) throws(E) -> R {
    // It returns no NULL: librdkafka aborts where there is no memory.
    let list: PartitionList = rd_kafka_topic_partition_list_new(Int32(partitions.count))
    defer { rd_kafka_topic_partition_list_destroy(list) }
    for partition in partitions {
        let element = rd_kafka_topic_partition_list_add(list, partition.topic, partition.partition)
        if let offset { element?.pointee.offset = offset }
    }
    return try body(list)
}

extension PartitionList {
    /// The elements, valid as long as the list.
    var elements: UnsafeMutableBufferPointer<rd_kafka_topic_partition_t> {
        UnsafeMutableBufferPointer(start: pointee.elems, count: Int(pointee.cnt))
    }

    var partitions: [KafkaPartition] {
        elements.map { KafkaPartition(topic: String(cString: $0.topic), partition: $0.partition) }
    }
}
