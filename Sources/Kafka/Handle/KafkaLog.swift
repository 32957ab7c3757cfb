internal import Crdkafka
internal import Logging
internal import Synchronization

/// Passes librdkafka's log lines and errors on to a logger, and says only once that the brokers are away.
final class KafkaLog: Sendable {
    private struct Outage {
        /// The codes that were warned of since the last sign of life.
        var warned: Set<Int32> = []
        /// Why the last connection failed.
        var reason: String?
    }

    private let logger: Logger
    private let servers: String
    private let outage = Mutex(Outage())

    init(_ logger: Logger, servers: String) {
        self.logger = logger
        self.servers = servers
    }

    /// Something worked: the next outage is news again.
    func signOfLife() {
        outage.withLock { if !$0.warned.isEmpty { $0 = Outage() } }
    }

    func debug(_ message: @autoclosure () -> String) {
        logger.debug("\(message())")
    }

    func warning(_ message: String) {
        logger.warning("\(message)")
    }

    /// A log event of librdkafka's.
    func log(_ event: OpaquePointer) {
        var facility: UnsafePointer<CChar>?
        var text: UnsafePointer<CChar>?
        var severity: Int32 = 0
        guard rd_kafka_event_log(event, &facility, &text, &severity) == 0, let facility, let text else { return }
        let name = String(cString: facility)
        logger.log(level: Self.level(severity, name), "librdkafka: \(String(cString: text))", metadata: ["facility": "\(name)"])
    }

    /// An error event of librdkafka's: it goes on trying by itself unless the error is fatal.
    func error(_ error: KafkaError) {
        // A single broker that is away matters only when no other is left; librdkafka reports that apart.
        if error.code == RD_KAFKA_RESP_ERR__TRANSPORT.rawValue {
            outage.withLock { $0.reason = error.message }
            return logger.debug("\(error)")
        }
        let (isNews, reason) = outage.withLock { ($0.warned.insert(error.code).inserted, $0.reason) }
        if error.isFatal {
            logger.critical("\(error)")
        } else if !isNews {
            logger.debug("\(error)")
        } else if error.code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN.rawValue {
            logger.warning("No Kafka broker at \(servers) can be reached, trying on: \(reason ?? error.message)")
        } else {
            logger.warning("\(error)")
        }
    }

    /// Syslog's severities. Failing connections come as error events too, and properties of the other role are expected.
    private static func level(_ severity: Int32, _ facility: String) -> Logger.Level {
        if ["FAIL", "ERROR", "CONFWARN", "CLOSETERM"].contains(facility) { return .debug }
        return switch severity {
        case ...2: .critical
        case 3: .error
        case 4: .warning
        case 5: .notice
        case 6: .info
        default: .debug
        }
    }
}

extension KafkaError {
    /// The error of an error event.
    init(event: OpaquePointer) {
        let text = rd_kafka_event_error_string(event).map { String(cString: $0) }
        self.init(
            code: rd_kafka_event_error(event).rawValue, message: text, isFatal: rd_kafka_event_error_is_fatal(event) != 0)
    }
}
