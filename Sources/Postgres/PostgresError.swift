/// What went wrong between us and the server. It never holds the values of bind parameters.
public struct PostgresError: Error, Sendable {
    public enum Kind: String, Sendable {
        /// No connection could be made.
        case connect
        /// The server refused the statement; `sqlState` says why.
        case server
        /// A statement (or a new connection) took longer than the configuration allows.
        case timeout
        /// No connection became free in time, or too many are waiting for one.
        case poolExhausted
        /// The connection was lost or closed. A statement that was under way may have had its effect.
        case closed
        /// The task was cancelled.
        case cancelled
        /// A column does not hold what the caller wants to read.
        case decoding
        /// The caller broke a rule of this module; the message says which.
        case usage
        /// The database's migrations are not those of this program; the message names the one.
        case migration
    }

    /// Where in our code the call stands.
    public struct Location: Sendable {
        /// Module and file, as `#fileID` gives them.
        public let file: StaticString
        public let line: UInt
    }

    public let kind: Kind
    /// One line, for people.
    public private(set) var message: String
    /// The server's details. They may quote stored rows, so they are not part of `description`.
    public internal(set) var detail: String?
    public internal(set) var hint: String?
    /// The five characters of appendix A of PostgreSQL's manual; nil when the error did not come from the server.
    public internal(set) var sqlState: String?
    /// The constraint that was violated.
    public internal(set) var constraint: String?
    public internal(set) var table: String?
    public internal(set) var column: String?
    /// The function of the server that raised the error.
    var routine: String?
    public private(set) var location: Location?

    init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    /// An error for implementers of `PostgresDecodable`: the bytes are not what they should be.
    public static func decoding(_ message: String) -> PostgresError { PostgresError(.decoding, message) }

    /// An error for implementers of `PostgresDecodable`: a `type` that `reader` does not read.
    public static func unexpectedType(_ type: PostgresType, for reader: Any.Type) -> PostgresError {
        PostgresError(.decoding, "\(type) where \(reader) is wanted")
    }

    /// The same error with where it happened, unless it says so already.
    func at(_ file: StaticString, _ line: UInt) -> PostgresError {
        var error = self
        error.location = location ?? Location(file: file, line: line)
        return error
    }

    /// The same error with `prefix` before the message.
    func prefixed(_ prefix: String) -> PostgresError {
        var error = self
        error.message = prefix + message
        return error
    }
}

extension PostgresError {
    /// A row with this key is there already (23505).
    public var isUniqueViolation: Bool { sqlState == "23505" }

    /// The row that is referred to is not there, or is still referred to (23503).
    public var isForeignKeyViolation: Bool { sqlState == "23503" }

    /// The whole transaction may succeed when it is run again: serialization failure or deadlock.
    public var isRetryable: Bool { sqlState == "40001" || sqlState == "40P01" }

    /// The database could not be used, whatever the statement was; later it may be. For an answer like 503.
    public var isUnavailable: Bool {
        switch kind {
        case .connect, .timeout, .poolExhausted, .closed: true
        case .server: sqlState.map { $0.hasPrefix("08") || PostgresError.unavailable.contains($0) } ?? false
        case .cancelled, .decoding, .usage, .migration: false
        }
    }

    /// Shutting down (57P01, 57P02), starting (57P03), database dropped (57P04), too many connections (53300), disk full (53100),
    /// out of memory (53200), read-only after a failover (25006).
    private static let unavailable: Set<String> = ["57P01", "57P02", "57P03", "57P04", "53300", "53100", "53200", "25006"]
}

extension PostgresError: CustomStringConvertible, CustomDebugStringConvertible {
    public var description: String {
        var text = "PostgreSQL \(kind.rawValue) error"
        if let sqlState { text += " \(sqlState)" }
        text += ": \(message)"
        if let hint { text += ". Hint: \(hint)" }
        let place = [constraint.map { "constraint \($0)" }, table.map { "table \($0)" }, column.map { "column \($0)" }]
        let named = place.compactMap(\.self)
        if !named.isEmpty { text += " (\(named.joined(separator: ", ")))" }
        if let location { text += " at \(location.file):\(location.line)" }
        return text
    }

    public var debugDescription: String { description }
}

/// A transaction's closure failed, and then its rollback too. The connection is discarded, which ends the transaction.
public struct PostgresTransactionError: Error, CustomStringConvertible {
    /// What the closure threw.
    public let closureError: any Error
    /// Why `ROLLBACK` failed.
    public let rollbackError: PostgresError

    public var description: String { "\(closureError); then the rollback failed: \(rollbackError)" }
}
