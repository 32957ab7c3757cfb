public import Logging
internal import Synchronization

/// A connection: an actor with a thread of its own, on which each statement runs from its sending to its last row. It never
/// blocks another thread. Statements are prepared once per connection.
public actor PostgresConnection {
    let configuration: PostgresConfiguration
    let logger: Logger
    nonisolated let signals: ConnectionSignals
    var statements = StatementCache()
    /// Nil after it was lost or closed.
    var session: Session?
    private let thread: ConnectionThreadOwner
    /// A pool's connection works only inside the pool's closures.
    private let isPooled: Bool
    private var isLeased = false
    /// What cancels the current use.
    private(set) var token: CancelToken?

    public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.executor.asUnownedSerialExecutor() }

    private init(_ configuration: PostgresConfiguration, isPooled: Bool, logger: Logger) throws(PostgresError) {
        self.configuration = configuration
        self.logger = logger
        self.isPooled = isPooled
        signals = try ConnectionSignals()
        thread = try ConnectionThreadOwner()
    }

    /// Connects, on the connection's own thread.
    ///
    /// - Throws: `.connect` or `.timeout`.
    public static func connect(
        _ configuration: PostgresConfiguration, logger: Logger, file: StaticString = #fileID, line: UInt = #line
    ) async throws(PostgresError) -> PostgresConnection {
        do throws(PostgresError) {
            return try await connect(configuration, isPooled: false, logger: logger)
        } catch { throw error.at(file, line) }
    }

    static func connect(
        _ configuration: PostgresConfiguration, isPooled: Bool, logger: Logger
    ) async throws(PostgresError) -> PostgresConnection {
        let connection = try PostgresConnection(configuration, isPooled: isPooled, logger: logger)
        try await connection.open()
        return connection
    }

    private func open() throws(PostgresError) {
        session = nil
        statements = StatementCache()
        session = try Session(configuration, signals: signals, token: token, logger: logger)
    }

    /// Whether a statement can be tried. A server that went away is noticed at the next statement.
    public var isUsable: Bool { session?.isAlive ?? false }

    /// Closes the connection; the server rolls back what is open. Closing twice is fine.
    public func close() { session = nil }

    /// Ends `waitForNotification`, the current call or else the next. It may be called from anywhere.
    public nonisolated func interrupt() { signals.interrupt() }

    /// Runs `body` on the connection's thread; when the task is cancelled, the statement under way is cancelled on the server.
    /// A connection that had to do that is closed afterwards.
    @discardableResult
    public nonisolated func run<R: Sendable>(_ body: @Sendable (isolated PostgresConnection) throws -> R) async throws -> R {
        let token = CancelToken()
        return try await withTaskCancellationHandler {
            try await use(token, body)
        } onCancel: {
            signals.cancel(token)
        }
    }

    private func use<R>(_ token: CancelToken, _ body: (isolated PostgresConnection) throws -> R) throws -> R {
        self.token = token
        defer {
            self.token = nil
            if session?.isCancelling == true { session = nil }
        }
        return try body(self)
    }

    /// Runs `body` for a pool. A connection that died while it was idle is made anew first. When it can't serve anyone else
    /// afterwards it is closed; `giveBack` is called with whether it can.
    func serve<R>(
        _ token: CancelToken, _ body: (isolated PostgresConnection) throws -> R,
        giveBack: @Sendable (isolated PostgresConnection) -> Void
    ) throws -> R {
        isLeased = true
        self.token = token
        defer {
            isLeased = false
            self.token = nil
            if session?.isReusable != true { session = nil }
            giveBack(self)
        }
        if Task.isCancelled { throw PostgresError.cancelled }
        if session?.consumeWhatIsThere() != true {
            logger.debug("the idle connection was gone; connecting again")
            try open()
        }
        return try body(self)
    }

    /// The session, for the next statement.
    func ready(cancellable: Bool = true) throws(PostgresError) -> Session {
        guard let session else { throw PostgresError(.closed, "the connection is closed") }
        guard isLeased || !isPooled else {
            throw PostgresError(.usage, "a pool's connection was used outside of its closure")
        }
        if cancellable, Task.isCancelled || isCancelled { throw .cancelled }
        return session
    }

    /// Whether the current use was cancelled.
    var isCancelled: Bool { token?.isCancelled.load(ordering: .acquiring) ?? false }
}
