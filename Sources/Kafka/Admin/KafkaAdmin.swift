internal import Crdkafka

/// Questions to a cluster and changes to it, each over a short connection of its own.
///
/// `timeout` bounds each question to the broker; a cancelled task still waits for that long.
public enum KafkaAdmin {
    /// Creates the topics that aren't there; those that are keep their partitions and settings.
    /// - Throws: of kind `.unsupported` for a broker that creates no topics on request, such as `EmbeddedBroker`.
    public static func createTopics(
        _ topics: [KafkaTopic], configuration: KafkaConfiguration, timeout: Duration = .seconds(15)
    ) async throws(KafkaError) {
        try await asking(configuration, timeout) { (rk, timeout) throws(KafkaError) in
            let metadata = try KafkaMetadata(asking: rk, timeout)
            let missing = topics.filter { metadata[topic: $0.name] == nil }
            if missing.isEmpty { return }
            // The embedded broker names a controller that it doesn't have, and librdkafka would look for it in vain.
            let controller = rd_kafka_controllerid(rk, timeout)
            if controller >= 0, !metadata.brokers.contains(where: { $0.id == controller }) { throw unsupported(missing) }
            try create(missing, rk, timeout)
        }
    }

    /// The brokers, and all topics with their partitions. Asking creates no topic.
    public static func metadata(
        configuration: KafkaConfiguration, timeout: Duration = .seconds(15)
    ) async throws(KafkaError) -> KafkaMetadata {
        try await asking(configuration, timeout) { (rk, timeout) throws(KafkaError) in
            try KafkaMetadata(asking: rk, timeout)
        }
    }

    /// The first offset that is there, and the one that the next message gets.
    public static func watermarks(
        of partition: KafkaPartition, configuration: KafkaConfiguration, timeout: Duration = .seconds(15)
    ) async throws(KafkaError) -> KafkaWatermarks {
        try await asking(configuration, timeout) { (rk, timeout) throws(KafkaError) in
            try KafkaWatermarks(of: partition, asking: rk, timeout)
        }
    }

    /// How far a group has come in the topics, for each partition of theirs, sorted. Topics that don't exist are left out.
    public static func offsets(
        ofGroup group: String, topics: [String], configuration: KafkaConfiguration, timeout: Duration = .seconds(15)
    ) async throws(KafkaError) -> [KafkaGroupOffset] {
        try await asking(configuration, timeout, group: group) { (rk, timeout) throws(KafkaError) in
            let wanted = try KafkaMetadata(asking: rk, timeout).topics.filter { topics.contains($0.name) }
            let partitions = wanted.flatMap { topic in
                topic.partitions.map { KafkaPartition(topic: topic.name, partition: $0.partition) }
            }
            if partitions.isEmpty { return [] }
            let committed = try withPartitionList(partitions) { (list) throws(KafkaError) in
                let error = rd_kafka_committed(rk, list, timeout)
                if error != RD_KAFKA_RESP_ERR_NO_ERROR { throw KafkaError(error) }
                return list.elements.map { $0.offset >= 0 ? $0.offset : nil }
            }
            var offsets: [KafkaGroupOffset] = []
            for (partition, committed) in zip(partitions, committed) {
                let watermarks = try KafkaWatermarks(of: partition, asking: rk, timeout)
                offsets.append(KafkaGroupOffset(partition: partition, committed: committed, watermarks: watermarks))
            }
            return offsets.sorted { $0.partition < $1.partition }
        }
    }

    // MARK: Details

    /// Connects, asks on a thread of its own, since librdkafka's questions block, and disconnects.
    private static func asking<R: Sendable>(
        _ configuration: KafkaConfiguration, _ timeout: Duration, group: String? = nil,
        _ body: @escaping @Sendable (OpaquePointer, Int32) throws(KafkaError) -> R
    ) async throws(KafkaError) -> R {
        var configuration = configuration
        configuration.properties["group.id"] = group
        let handle = try KafkaHandle(
            group == nil ? .producer : .consumer, configuration, defaults: .admin, events: RD_KAFKA_EVENT_ERROR)
        let servers = configuration.bootstrapServers
        let result = await onThread { () -> Result<R, KafkaError> in
            defer { handle.destroy() }
            do throws(KafkaError) {
                return .success(try handle.use { (rk) throws(KafkaError) in try body(rk, max(1, timeout.milliseconds)) })
            } catch {
                guard error.kind == .unreachable || error.kind == .timedOut else { return .failure(error) }
                let cause = reason(handle.owned)
                let text = "No answer from Kafka at \(servers) within \(timeout)"
                return .failure(KafkaError(code: (cause ?? error).code, message: cause.map { "\(text): \($0.message)" } ?? text))
            }
        }
        return try result.get()
    }

    /// Why no broker answered, where librdkafka knows: credentials and certificates before connections that failed.
    private static func reason(_ rk: OpaquePointer) -> KafkaError? {
        let queue = rd_kafka_queue_get_main(rk)
        defer { rd_kafka_queue_destroy(queue) }
        var reason: KafkaError?
        while let event = rd_kafka_queue_poll(queue, 0) {
            defer { rd_kafka_event_destroy(event) }
            guard rd_kafka_event_type(event) == RD_KAFKA_EVENT_ERROR else { continue }
            let error = KafkaError(event: event)
            if error.code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN.rawValue { continue }
            if error.kind == .denied || error.code == RD_KAFKA_RESP_ERR__SSL.rawValue { return error }
            reason = error
        }
        return reason
    }

    private static func create(_ topics: [KafkaTopic], _ rk: OpaquePointer, _ timeout: Int32) throws(KafkaError) {
        var new: [OpaquePointer?] = []
        defer { for topic in new { rd_kafka_NewTopic_destroy(topic) } }
        for topic in topics {
            let made = withErrorText {
                rd_kafka_NewTopic_new(topic.name, Int32(clamping: topic.partitions), Int32(clamping: topic.replication), $0, $1)
            }
            guard let made = made.result else { throw .configuration("Can't create topic \"\(topic.name)\": \(made.text)") }
            new.append(made)
            for (name, value) in topic.properties { rd_kafka_NewTopic_set_config(made, name, value) }
        }
        let queue = rd_kafka_queue_new(rk)
        defer { rd_kafka_queue_destroy(queue) }
        let options = rd_kafka_AdminOptions_new(rk, RD_KAFKA_ADMIN_OP_CREATETOPICS)
        defer { rd_kafka_AdminOptions_destroy(options) }
        _ = withErrorText { rd_kafka_AdminOptions_set_request_timeout(options, timeout, $0, $1) }
        // The broker answers when the topics can be used.
        _ = withErrorText { rd_kafka_AdminOptions_set_operation_timeout(options, timeout, $0, $1) }
        rd_kafka_CreateTopics(rk, &new, new.count, options, queue)
        guard let event = rd_kafka_queue_poll(queue, -1) else { throw KafkaError(RD_KAFKA_RESP_ERR__TIMED_OUT) }
        defer { rd_kafka_event_destroy(event) }
        try check(event, topics)
    }

    /// Throws the first error of the answer, but for a topic that somebody else created meanwhile.
    private static func check(_ event: OpaquePointer, _ topics: [KafkaTopic]) throws(KafkaError) {
        let error = KafkaError(event: event)
        if error.kind == .unsupported { throw unsupported(topics) }
        if error.code != 0 { throw error }
        var count = 0
        let results = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count)
        for result in UnsafeBufferPointer(start: results, count: count) {
            let code = rd_kafka_topic_result_error(result)
            if code == RD_KAFKA_RESP_ERR_NO_ERROR || code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS { continue }
            let name = rd_kafka_topic_result_name(result).map { String(cString: $0) } ?? "?"
            let text = rd_kafka_topic_result_error_string(result).map { String(cString: $0) } ?? KafkaError(code).message
            throw KafkaError(code, "Can't create topic \(name): \(text)")
        }
    }

    private static func unsupported(_ topics: [KafkaTopic]) -> KafkaError {
        let names = topics.map(\.name).joined(separator: ", ")
        return KafkaError(RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE, "This broker creates no topics on request; missing: \(names)")
    }
}
