public import Logging
internal import Synchronization

/// A bounded set of connections that tasks share. Connections are opened when they are wanted, and replaced when they break,
/// so a pool survives a restart of the server. It never hangs: a task waits for `waitTimeout` at most.
public final class PostgresPool: Sendable {
    private typealias Waiter = CheckedContinuation<Result<PostgresConnection, PostgresError>, Never>
    private typealias Machine = PoolStateMachine<PostgresConnection, Waiter, ContinuousClock.Instant>

    private struct State {
        var machine: Machine
        var hasTimer = false
        var closers: [CheckedContinuation<Void, Never>] = []
    }

    private let configuration: PostgresConfiguration
    private let waitTimeout: Duration
    private let logger: Logger
    private let state: Mutex<State>

    /// Nothing is opened yet.
    ///
    /// - Parameters:
    ///   - size: how many connections there may be.
    ///   - maxWaiters: how many tasks may wait; one more gets `.poolExhausted` at once.
    ///   - waitTimeout: how long a task waits before it gets `.poolExhausted`.
    public init(
        _ configuration: PostgresConfiguration, size: Int = 8, maxWaiters: Int = 256, waitTimeout: Duration = .seconds(5),
        logger: Logger
    ) {
        self.configuration = configuration
        self.waitTimeout = waitTimeout
        self.logger = logger
        state = Mutex(State(machine: Machine(size: size, maxWaiters: maxWaiters)))
    }

    /// Runs `body` with a connection, synchronously on the connection's thread. The connection can't be used after it; one that
    /// is not idle then is discarded. When the task is cancelled, its statement is cancelled on the server.
    ///
    /// What a session keeps (`SET`, `LISTEN`, temporary tables, advisory locks) would reach the next user: don't, or use the
    /// forms that end with the transaction.
    @discardableResult
    public func withConnection<R: Sendable>(
        file: StaticString = #fileID, line: UInt = #line, _ body: @Sendable (isolated PostgresConnection) throws -> R
    ) async throws -> R {
        let connection = try await acquire(file, line)
        let token = CancelToken()
        return try await withTaskCancellationHandler {
            try await connection.serve(token, body) { connection in
                self.release(connection, isUsable: connection.isUsable)
            }
        } onCancel: {
            connection.signals.cancel(token)
        }
    }

    /// Runs `body` in a transaction on one connection; see `PostgresConnection.transaction` for what is thrown.
    @discardableResult
    public func withTransaction<R: Sendable>(
        isolation: PostgresIsolation = .readCommitted, readOnly: Bool = false, file: StaticString = #fileID, line: UInt = #line,
        _ body: @Sendable (isolated PostgresConnection) throws -> R
    ) async throws -> R {
        try await withConnection(file: file, line: line) { connection in
            try connection.transaction(isolation: isolation, readOnly: readOnly, file: file, line: line, body)
        }
    }

    /// Runs `body` while a connection of this pool has the server's advisory lock of this number; nil, at once, where
    /// somebody else has it. The lock ends with the connection, should that be lost meanwhile.
    ///
    /// - Parameter body: not on the locked connection; it may take as long as it needs.
    nonisolated(nonsending) public func withAdvisoryLock<R: Sendable>(
        _ key: Int64, file: StaticString = #fileID, line: UInt = #line, _ body: () async throws -> R
    ) async throws -> R? {
        let connection = try await acquire(file, line)
        let hasLock: Bool
        do {
            hasLock = try await connection.serve(CancelToken()) { @Sendable connection in
                try connection.query("SELECT pg_try_advisory_lock(\(key))", file: file, line: line).first?.decode(Bool.self)
                    ?? false
            } giveBack: { _ in
            }
        } catch {
            release(connection, isUsable: await connection.isUsable)
            throw error
        }
        let outcome: Result<R?, any Error>
        do { outcome = .success(hasLock ? try await body() : nil) } catch { outcome = .failure(error) }
        // Nobody's child, so that the lock goes though this task is cancelled. A session that can't give it back is closed.
        await Task {
            _ = try? await connection.serve(CancelToken()) { @Sendable connection in
                if hasLock { try connection.query("SELECT pg_advisory_unlock(\(key))", file: file, line: line) }
            } giveBack: { connection in
                self.release(connection, isUsable: connection.isUsable)
            }
        }.value
        return try outcome.get()
    }

    /// Runs one statement on any connection.
    @discardableResult
    public func query(
        _ sql: SQL, file: StaticString = #fileID, line: UInt = #line
    ) async throws(PostgresError) -> PostgresRows {
        do {
            return try await withConnection(file: file, line: line) { try $0.query(sql, file: file, line: line) }
        } catch let error as PostgresError {
            throw error
        } catch {
            throw PostgresError(.usage, "\(error)").at(file, line)
        }
    }

    /// What the pool is doing now.
    public func statistics() -> PostgresPoolStatistics { state.withLock { $0.machine.statistics } }

    /// Closes idle connections, turns away everyone who waits, and returns once the connections in use have come back.
    public func close() async {
        let actions = state.withLock { $0.machine.close() }
        for connection in actions.close { await connection.close() }
        perform(actions, failure: .poolClosed)
        await withCheckedContinuation { closer in
            let isFinished = state.withLock { state in
                let statistics = state.machine.statistics
                guard statistics.busy + statistics.opening > 0 else { return true }
                state.closers.append(closer)
                return false
            }
            if isFinished { closer.resume() }
        }
    }

    // MARK: The shell around the state machine

    private func acquire(_ file: StaticString, _ line: UInt) async throws(PostgresError) -> PostgresConnection {
        if let connection = state.withLock({ $0.machine.leaseIdle() }) { return connection }
        let id = state.withLock { $0.machine.makeID() }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in wait(waiter, id) }
        } onCancel: {
            state.withLock { $0.machine.withdraw(id) }?.resume(returning: .failure(.cancelled))
        }
        // Says once more what the continuation says, in a way that the thread sanitizer sees.
        state.withLock { _ in }
        do {
            return try result.get()
        } catch { throw error.at(file, line) }
    }

    private func wait(_ waiter: Waiter, _ id: Machine.WaiterID) {
        let deadline = ContinuousClock.now + waitTimeout
        let (answer, startsTimer) = state.withLock { state -> (Machine.Answer?, Bool) in
            // Asked under the lock: a cancellation before it finds nobody to withdraw, one after it finds the waiter.
            if Task.isCancelled { return (nil, false) }
            let answer = state.machine.acquire(waiter, id: id, deadline: deadline)
            guard case .wait = answer, !state.hasTimer else { return (answer, false) }
            state.hasTimer = true
            return (answer, true)
        }
        switch answer {
        case nil: waiter.resume(returning: .failure(.cancelled))
        case .lease(let connection): waiter.resume(returning: .success(connection))
        case .refuse(.closed): waiter.resume(returning: .failure(.poolClosed))
        case .refuse(.tooManyWaiters):
            waiter.resume(returning: .failure(PostgresError(.poolExhausted, "too many tasks wait for a database connection")))
        case .wait(let open):
            if open { self.open() }
            if startsTimer { startTimer(deadline) }
        }
    }

    /// One timer for all who wait, until nobody does. Deadlines come in order, so it only ever looks at the first.
    private func startTimer(_ first: ContinuousClock.Instant) {
        Task { [weak self] in
            var next: ContinuousClock.Instant? = first
            while let deadline = next {
                try? await Task.sleep(until: deadline, clock: .continuous)
                next = self?.expire()
            }
        }
    }

    private func expire() -> ContinuousClock.Instant? {
        let (expired, next) = state.withLock { state in
            let result = state.machine.expire(now: .now)
            state.hasTimer = result.next != nil
            return result
        }
        for waiter in expired {
            waiter.resume(
                returning: .failure(PostgresError(.poolExhausted, "no database connection became free within \(waitTimeout)")))
        }
        return next
    }

    private func open() {
        Task {
            do throws(PostgresError) {
                let connection = try await PostgresConnection.connect(configuration, isPooled: true, logger: logger)
                perform(state.withLock { $0.machine.opened(connection) }, failure: .poolClosed)
            } catch {
                logger.debug("no database connection: \(error)")
                perform(state.withLock { $0.machine.openFailed() }, failure: error)
            }
        }
    }

    private func release(_ connection: PostgresConnection, isUsable: Bool) {
        perform(state.withLock { $0.machine.released(isUsable ? connection : nil) }, failure: .poolClosed)
    }

    /// - Parameter failure: what those who are turned away get.
    private func perform(_ actions: Machine.Actions, failure: PostgresError) {
        if let (connection, waiter) = actions.lease { waiter.resume(returning: .success(connection)) }
        if actions.open { open() }
        for waiter in actions.fail { waiter.resume(returning: .failure(failure)) }
        for connection in actions.close { Task { await connection.close() } }
        if actions.isFinished {
            let closers = state.withLock { state in
                defer { state.closers = [] }
                return state.closers
            }
            for closer in closers { closer.resume() }
        }
    }
}

extension PostgresError {
    fileprivate static var poolClosed: PostgresError { PostgresError(.closed, "the pool is closed") }
}
