internal import Crdkafka

/// Owns one `rd_kafka_t`: makes it from a configuration, lends it, and destroys it once nobody uses it.
final class KafkaHandle: Sendable {
    enum Role: Sendable { case producer, consumer }

    // `nonisolated(unsafe)`: every function of librdkafka may be called from any thread, and `gate` ends
    // the lending before the pointer is destroyed.
    nonisolated(unsafe) private let pointer: OpaquePointer
    private let gate = Gate()

    /// - Parameters:
    ///   - required: properties that the caller can't override, because this module relies on them.
    ///   - events: what librdkafka reports through queues (`RD_KAFKA_EVENT_…`).
    init(
        _ role: Role, _ configuration: KafkaConfiguration, defaults: KafkaDefaults,
        required: [(name: String, value: String)] = [], events: Int32 = 0, logs: Bool = false
    ) throws(KafkaError) {
        guard let conf = rd_kafka_conf_new() else { throw KafkaError(RD_KAFKA_RESP_ERR__FAIL) }
        do throws(KafkaError) {
            var values = defaults.values.filter { configuration.properties[$0.name] == nil }
            values += configuration.properties.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
            if !configuration.bootstrapServers.isEmpty { values.append(("bootstrap.servers", configuration.bootstrapServers)) }
            values += required
            for (name, value) in values { try Self.set(conf, name, value) }
            if logs { try Self.set(conf, "log.queue", "true") } else { rd_kafka_conf_set_log_cb(conf, nil) }
        } catch {
            rd_kafka_conf_destroy(conf)
            throw error
        }
        rd_kafka_conf_set_events(conf, events)
        let type = role == .producer ? RD_KAFKA_PRODUCER : RD_KAFKA_CONSUMER
        let made = withErrorText { text, size in rd_kafka_new(type, conf, text, size) }
        guard let made = made.result else {
            rd_kafka_conf_destroy(conf)
            throw .configuration("These Kafka properties don't work: \(made.text)")
        }
        pointer = made
    }

    /// Lends the pointer for one call or a few short ones.
    /// - Throws: `.closed` after `destroy()`, or what `body` throws.
    func use<R>(_ body: (OpaquePointer) throws(KafkaError) -> R) throws(KafkaError) -> R {
        guard gate.enter() else { throw .closed }
        defer { gate.leave() }
        return try body(pointer)
    }

    /// The pointer, for the thread that will destroy it: it alone needs no lending.
    var owned: OpaquePointer { pointer }

    /// Waits until no call uses the pointer, then destroys it. Blocks while librdkafka ends its threads.
    func destroy(before: () -> Void = {}) {
        guard gate.shut() else { return }
        before()
        rd_kafka_destroy_flags(pointer, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE)
    }

    private static func set(_ conf: OpaquePointer, _ name: String, _ value: String) throws(KafkaError) {
        let set = withErrorText { text, size in rd_kafka_conf_set(conf, name, value, text, size) }
        switch set.result {
        case RD_KAFKA_CONF_OK: return
        case RD_KAFKA_CONF_UNKNOWN: throw .configuration("There is no Kafka property \"\(name)\"")
        default:
            let isSecret = ["password", "secret", "pem", "config"].contains { name.hasSuffix($0) }
            let value = isSecret ? "what it is" : "\"\(value)\""
            throw .configuration("The Kafka property \(name) can't be \(value): \(set.text)")
        }
    }
}

/// Calls a function of librdkafka's that explains a failure in a buffer, and returns its result and that text.
func withErrorText<R>(_ body: (UnsafeMutablePointer<CChar>?, Int) -> R) -> (result: R, text: String) {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { buffer in
        buffer.initialize(repeating: 0)
        let result = body(buffer.baseAddress, buffer.count)
        return (result, buffer.baseAddress.map { String(cString: $0) } ?? "")
    }
}
