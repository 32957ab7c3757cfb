internal import Crdkafka

/// What went wrong with Kafka, in words for people and in codes for programs.
public struct KafkaError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What a caller may want to tell apart.
    public enum Kind: Sendable, Hashable {
        /// The producer or consumer was closed.
        case closed
        /// The task was cancelled. A message that was already handed over may still be delivered.
        case cancelled
        /// A property or an argument is wrong: another try gives the same.
        case configuration
        /// No broker can be reached.
        case unreachable
        /// No answer in time.
        case timedOut
        /// The message is larger than `message.max.bytes` or what the broker takes.
        case tooLarge
        /// The topic or the partition doesn't exist.
        case unknownTopic
        /// The credentials were refused, or don't allow this.
        case denied
        /// The broker doesn't do this.
        case unsupported
        /// Whatever else the broker or librdkafka said: see `name`.
        case other
    }

    /// The code in broad terms.
    public let kind: Kind
    /// librdkafka's number (`rd_kafka_resp_err_t`): the broker's own codes are positive, librdkafka's negative.
    public let code: Int32
    /// The name of the code, such as `NOT_LEADER_FOR_PARTITION` or `_MSG_TIMED_OUT`.
    public let name: String
    /// What happened.
    public let message: String
    /// Another try later may well succeed.
    public let isRetriable: Bool
    /// The producer or consumer is of no use any more: it has to be made anew.
    public let isFatal: Bool

    /// For logs: what happened, and the name of the code.
    public var description: String { "Kafka: \(message) (\(name))" }
}

extension KafkaError {
    /// The error for a code of librdkafka's; `message` replaces librdkafka's own text, which is short.
    package init(code: Int32, message: String? = nil, isFatal: Bool = false, isRetriable: Bool? = nil) {
        let error = rd_kafka_resp_err_t(code)
        self.code = code
        kind = Self.kind(of: error)
        name = String(cString: rd_kafka_err2name(error))
        self.message = message ?? String(cString: rd_kafka_err2str(error))
        self.isFatal = isFatal || error == RD_KAFKA_RESP_ERR__FATAL
        self.isRetriable = !self.isFatal && (isRetriable ?? Self.isRetriable(error))
    }

    init(_ error: rd_kafka_resp_err_t, _ message: String? = nil) {
        self.init(code: error.rawValue, message: message)
    }

    /// Takes an error object of librdkafka's over, and destroys it.
    init(consuming error: OpaquePointer) {
        self.init(
            code: rd_kafka_error_code(error).rawValue, message: String(cString: rd_kafka_error_string(error)),
            isFatal: rd_kafka_error_is_fatal(error) != 0, isRetriable: rd_kafka_error_is_retriable(error) != 0 ? true : nil)
        rd_kafka_error_destroy(error)
    }

    static func configuration(_ message: String) -> Self {
        Self(code: RD_KAFKA_RESP_ERR__INVALID_ARG.rawValue, message: message)
    }

    static let closed = Self(code: RD_KAFKA_RESP_ERR__DESTROY.rawValue, message: "The producer or consumer is closed")
    static let cancelled = Self(
        code: RD_KAFKA_RESP_ERR__INTR.rawValue, message: "The task was cancelled before Kafka answered", isRetriable: false)

    /// Not sent, so that it doesn't overtake one that failed.
    static let heldUp = Self(code: RD_KAFKA_RESP_ERR__RETRY.rawValue, message: "Not sent: a message before it failed")

    private static func kind(of error: rd_kafka_resp_err_t) -> Kind {
        switch error {
        case RD_KAFKA_RESP_ERR__DESTROY, RD_KAFKA_RESP_ERR__PURGE_QUEUE, RD_KAFKA_RESP_ERR__PURGE_INFLIGHT: .closed
        case RD_KAFKA_RESP_ERR__INTR: .cancelled
        case RD_KAFKA_RESP_ERR__INVALID_ARG, RD_KAFKA_RESP_ERR_INVALID_CONFIG, RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:
            .configuration
        case RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, RD_KAFKA_RESP_ERR__RESOLVE: .unreachable
        case RD_KAFKA_RESP_ERR__TIMED_OUT, RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,
            RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE:
            .timedOut
        case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE: .tooLarge
        case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION,
            RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
            .unknownTopic
        case RD_KAFKA_RESP_ERR__AUTHENTICATION, RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED,
            RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED,
            RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
            .denied
        case RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE, RD_KAFKA_RESP_ERR__NOT_IMPLEMENTED,
            RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION:
            .unsupported
        default: .other
        }
    }

    /// Kafka's protocol marks its own retriable codes; librdkafka's are those of a broker that is away or slow.
    private static func isRetriable(_ error: rd_kafka_resp_err_t) -> Bool {
        switch error {
        case RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, RD_KAFKA_RESP_ERR__RESOLVE,
            RD_KAFKA_RESP_ERR__TIMED_OUT, RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE,
            RD_KAFKA_RESP_ERR__QUEUE_FULL, RD_KAFKA_RESP_ERR__WAIT_COORD, RD_KAFKA_RESP_ERR__WAIT_CACHE,
            RD_KAFKA_RESP_ERR__RETRY, RD_KAFKA_RESP_ERR_INVALID_MSG, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART,
            RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
            RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE,
            RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION,
            RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS, RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE,
            RD_KAFKA_RESP_ERR_NOT_COORDINATOR, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS,
            RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND, RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS,
            RD_KAFKA_RESP_ERR_NOT_CONTROLLER, RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR,
            RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH, RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH:
            true
        default: false
        }
    }
}
