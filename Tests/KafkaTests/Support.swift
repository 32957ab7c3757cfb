import Kafka
import Logging
import Synchronization
import Testing

/// An embedded cluster of its own for a test, and clients that are quick to notice things.
final class Cluster: Sendable {
    let broker: EmbeddedBroker
    let logs = LogRecorder()

    init(brokers: Int = 3) throws {
        broker = try EmbeddedBroker(brokers: brokers, logger: logs.logger)
    }

    func configuration(_ properties: [String: String] = [:]) -> KafkaConfiguration {
        var configuration = broker.configuration
        configuration.properties["fetch.wait.max.ms"] = "10"
        configuration.properties["heartbeat.interval.ms"] = "100"
        // The embedded broker waits for a second less before it shares partitions out anew, and 3 s at first.
        configuration.properties["session.timeout.ms"] = "4000"
        return configuration.setting(properties)
    }

    func producer(_ properties: [String: String] = [:]) throws -> KafkaProducer {
        try KafkaProducer(configuration(properties), logger: logs.logger)
    }

    func consumer(
        _ topic: String, group: String? = nil, start: KafkaConsumer.Start = .earliest, _ properties: [String: String] = [:]
    ) throws -> KafkaConsumer {
        try KafkaConsumer(configuration(properties), group: group, topics: [topic], start: start, logger: logs.logger)
    }
}

extension KafkaConfiguration {
    func setting(_ properties: [String: String]) -> Self {
        var copy = self
        copy.properties.merge(properties) { $1 }
        return copy
    }
}

extension KafkaMessage {
    init(_ topic: String, key: String? = nil, _ value: String, partition: Int32? = nil) {
        self.init(topic: topic, key: key, value: Array(value.utf8), partition: partition)
    }
}

extension KafkaRecord {
    var text: String { String(decoding: value, as: UTF8.self) }
}

extension KafkaConsumer {
    /// So many records, in the order they came.
    func next(_ count: Int) async throws -> [KafkaRecord] {
        var records: [KafkaRecord] = []
        while records.count < count, let record = try await next() { records.append(record) }
        return records
    }
}

/// Keeps what is logged, and tells when a certain line comes.
final class LogRecorder: LogHandler, Sendable {
    struct Line: Sendable {
        let level: Logger.Level
        let text: String
    }

    private struct State {
        var lines: [Line] = []
        var waiters: [(@Sendable (Line) -> Bool, CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    var logger: Logger { Logger(label: "kafka") { _ in self } }
    var lines: [Line] { state.withLock { $0.lines } }

    /// Returns once such a line is there.
    func wait(for condition: @escaping @Sendable (Line) -> Bool) async {
        await withCheckedContinuation { waiter in
            let isThere = state.withLock { state in
                if state.lines.contains(where: condition) { return true }
                state.waiters.append((condition, waiter))
                return false
            }
            if isThere { waiter.resume() }
        }
    }

    func log(event: LogEvent) {
        let line = Line(level: event.level, text: "\(event.message)")
        let met = state.withLock { state in
            state.lines.append(line)
            let met = state.waiters.filter { $0.0(line) }
            state.waiters.removeAll { $0.0(line) }
            return met
        }
        for (_, waiter) in met { waiter.resume() }
    }

    // One for all: nothing is set per logger.
    var logLevel: Logger.Level {
        get { .debug }
        set {}
    }
    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    subscript(metadataKey _: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }
}
