internal import Crdkafka
internal import Glibc

/// The properties that this module sets when the caller doesn't.
struct KafkaDefaults: Sendable {
    let values: [(name: String, value: String)]

    private static let shared: [(name: String, value: String)] = [
        ("client.id", "todo"),
        ("log.connection.close", "false"),  // a broker closes idle connections: no news
        ("reconnect.backoff.max.ms", "1000"),  // back at work within a second of the broker's return
        ("socket.keepalive.enable", "true"),
        ("socket.nagle.disable", "true"),
        ("topic.metadata.refresh.interval.ms", "10000"),  // a topic created later is found soon
    ]

    static let producer = KafkaDefaults(
        values: shared + [
            ("enable.idempotence", "true"),  // also sets acks=all, and keeps the order of what is tried again
            ("linger.ms", "1"),
            ("message.timeout.ms", "30000"),
            ("partitioner", "murmur2_random"),  // the same partition as Java clients choose
            ("queue.buffering.max.kbytes", "65536"),
        ] + (hasLZ4 ? [("compression.codec", "lz4")] : []))

    static let consumer = KafkaDefaults(
        values: shared + [
            ("fetch.error.backoff.ms", "100"),
            ("queued.max.messages.kbytes", "16384"),  // what is fetched ahead, in all
        ])

    static let admin = KafkaDefaults(values: shared)

    /// Whether this librdkafka was built with LZ4.
    private static let hasLZ4: Bool = {
        let conf = rd_kafka_conf_new()
        defer { rd_kafka_conf_destroy(conf) }
        var size = 512
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: size) { text in
            guard rd_kafka_conf_get(conf, "builtin.features", text.baseAddress, &size) == RD_KAFKA_CONF_OK,
                let start = text.baseAddress
            else { return false }
            return strstr(start, "lz4") != nil
        }
    }()
}
