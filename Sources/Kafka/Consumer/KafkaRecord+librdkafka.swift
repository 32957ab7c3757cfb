internal import Crdkafka

extension KafkaRecord {
    /// Copies a message of librdkafka's.
    init(_ message: UnsafeMutablePointer<rd_kafka_message_t>, partition: KafkaPartition, assignment: UInt64) {
        let m = message.pointee
        var stamp = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
        let timestamp = rd_kafka_message_timestamp(message, &stamp)
        self.init(
            topic: partition.topic, partition: partition.partition, offset: m.offset,
            key: m.key.map { String(decoding: UnsafeRawBufferPointer(start: $0, count: m.key_len), as: UTF8.self) },
            value: Array(UnsafeRawBufferPointer(start: m.payload, count: m.payload == nil ? 0 : m.len)),
            headers: Self.headers(of: message),
            timestamp: stamp == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? -1 : timestamp, assignment: assignment)
    }

    private static func headers(of message: UnsafeMutablePointer<rd_kafka_message_t>) -> [KafkaHeader] {
        var list: OpaquePointer?
        guard rd_kafka_message_headers(message, &list) == RD_KAFKA_RESP_ERR_NO_ERROR, let list else { return [] }
        var headers: [KafkaHeader] = []
        var name: UnsafePointer<CChar>?
        var value: UnsafeRawPointer?
        var size = 0
        while rd_kafka_header_get_all(list, headers.count, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR, let name {
            let bytes = UnsafeRawBufferPointer(start: value, count: value == nil ? 0 : size)
            headers.append(KafkaHeader(name: String(cString: name), value: String(decoding: bytes, as: UTF8.self)))
        }
        return headers
    }
}
