internal import Clibpq
internal import Glibc
internal import Logging
internal import Synchronization

/// One libpq connection, from its making to `PQfinish`. It is used by one thread at a time and never blocks but in `poll`.
final class Session {
    let handle: OpaquePointer
    private let signals: ConnectionSignals
    /// The server was asked to cancel. That may still hit a later statement, so the connection is not used again.
    var isCancelling = false
    /// Nothing more can be asked of it: an answer is missing.
    var isBroken = false
    private let notices: NoticeSink
    /// What `poll` gets: the server's socket and the signals' pipe.
    private let descriptors: UnsafeMutablePointer<pollfd>

    /// What ended a wait.
    enum Wake {
        case socket, signal, deadline
    }

    /// Connects.
    ///
    /// - Throws: `.connect`, `.timeout` or `.cancelled`.
    init(
        _ configuration: PostgresConfiguration, signals: ConnectionSignals, token: CancelToken?, logger: Logger
    ) throws(PostgresError) {
        let parameters = configuration.parameters
        let keywords = parameters.map { strdup($0.keyword) } + [nil]
        let values = parameters.map { strdup($0.value) } + [nil]
        defer { for string in keywords + values { free(string) } }
        let started = keywords.map { UnsafePointer($0) }.withUnsafeBufferPointer { keywords in
            values.map { UnsafePointer($0) }.withUnsafeBufferPointer { values in
                PQconnectStartParams(keywords.baseAddress, values.baseAddress, 0)
            }
        }
        guard let started else { throw PostgresError(.connect, "libpq is out of memory") }
        handle = started
        self.signals = signals
        notices = NoticeSink(logger)
        descriptors = .allocate(capacity: 2)
        descriptors.initialize(repeating: pollfd(fd: signals.readEnd, events: Int16(POLLIN), revents: 0), count: 2)
        PQsetNoticeReceiver(handle, NoticeSink.receiver, Unmanaged.passUnretained(notices).toOpaque())
        try establish(within: configuration.connectTimeout, token)
        PQsetnonblocking(handle, 1)
    }

    deinit {
        PQfinish(handle)
        descriptors.deallocate()
    }

    private func establish(within timeout: Duration, _ token: CancelToken?) throws(PostgresError) {
        let deadline = Deadline.after(timeout)
        var wanted = PGRES_POLLING_WRITING
        while true {
            guard PQstatus(handle) != CONNECTION_BAD else { throw PostgresError(.connect, libpqMessage) }
            switch wanted {
            case PGRES_POLLING_OK: return
            case PGRES_POLLING_FAILED: throw PostgresError(.connect, libpqMessage)
            default: break
            }
            switch wait(for: wanted == PGRES_POLLING_READING ? POLLIN : POLLOUT, until: deadline) {
            case .socket: wanted = PQconnectPoll(handle)
            case .signal:
                if token?.isCancelled.load(ordering: .acquiring) == true {
                    throw PostgresError(.cancelled, "the task was cancelled while connecting")
                }
            case .deadline: throw PostgresError(.timeout, "no connection to the server within \(timeout)")
            }
        }
    }

    /// Whether the connection still works, as far as libpq has noticed.
    var isAlive: Bool { !isBroken && PQstatus(handle) == CONNECTION_OK }

    /// Whether someone else can use the connection now: nothing of the last use is left.
    var isReusable: Bool { isAlive && !isCancelling && transactionStatus == PQTRANS_IDLE }

    var transactionStatus: PGTransactionStatusType { PQtransactionStatus(handle) }

    /// libpq's last message, in one line.
    var libpqMessage: String { String(cString: PQerrorMessage(handle)).oneLine }

    /// Waits for the socket, a signal or the deadline, whichever comes first.
    func wait(for events: Int32, until deadline: Deadline) -> Wake {
        descriptors[0].fd = PQsocket(handle)
        descriptors[0].events = Int16(events)
        while true {
            let count = poll(descriptors, 2, deadline.pollTimeout)
            if count > 0 {
                guard descriptors[1].revents == 0 else {
                    signals.drain()
                    return .signal
                }
                return .socket
            }
            if count == 0 { return .deadline }
            // Only EINTR can happen; the deadline is absolute.
        }
    }

    /// Reads what is there without waiting. False: the server has gone.
    func consumeWhatIsThere() -> Bool {
        while true {
            descriptors[0].fd = PQsocket(handle)
            descriptors[0].events = Int16(POLLIN)
            guard poll(descriptors, 1, 0) > 0 else { return isAlive }
            guard PQconsumeInput(handle) == 1, isAlive else { return false }
        }
    }
}

/// Gives the server's notices to the log.
private final class NoticeSink {
    private let logger: Logger

    init(_ logger: Logger) { self.logger = logger }

    static let receiver: PQnoticeReceiver = { context, result in
        guard let context, let result else { return }
        let sink = Unmanaged<NoticeSink>.fromOpaque(context).takeUnretainedValue()
        let severity = resultField(result, .severity) ?? ""
        let isWarning = ["WARNING", "ERROR", "FATAL", "PANIC"].contains(severity)
        sink.logger.log(
            level: isWarning ? .warning : .debug, "\(resultField(result, .message) ?? "notice")",
            metadata: ["sqlstate": "\(resultField(result, .sqlState) ?? "")"])
    }
}

extension String {
    /// The lines joined by "; ", without those that are empty.
    var oneLine: String {
        split(whereSeparator: \.isNewline).map { $0.drop { $0.isWhitespace } }.joined(separator: "; ")
    }
}
