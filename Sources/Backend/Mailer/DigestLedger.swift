import FoundationEssentials
import Postgres
import Synchronization

/// Which digests are mailed, by `processed_events`, and who is at one now, by PostgreSQL's advisory locks.
///
/// One session keeps the locks of all the mails that are under way, and does what they ask for at the same time together:
/// the more mails, the fewer statements each of them costs, and nobody waits for a batch to fill. While no mail is under way
/// there is no session.
final class DigestLedger: Sendable {
    /// What a mail is told before it leaves.
    enum Answer: Sendable, Hashable {
        /// It is nobody else's until ``close(_:)``.
        case open
        case mailedBefore
        /// Another mailer, or another try of this one, is at it.
        case taken
    }

    private struct State {
        /// What is asked for since the last round.
        var next = LedgerRound()
        /// The mails that are under way here.
        var open: Set<UUID> = []
        var hasSession = false
        /// The session's, where it may have to be woken.
        var connection: PostgresConnection?

        mutating func takeNext() -> LedgerRound {
            defer { next = LedgerRound() }
            return next
        }
    }

    private let database: PostgresPool
    private let state = Mutex(State())

    init(database: PostgresPool) {
        self.database = database
    }

    /// Whether the digest is still to be mailed. After `.open`, and only then, comes ``close(_:)``.
    ///
    /// Every fault of the database is `.transient`: it isn't the message's.
    func open(_ id: UUID) async throws(MailError) -> Answer {
        try await withCheckedContinuation { (waiter: LedgerRound.Waiter<Answer>) in
            let isTaken = state.withLock { !$0.open.insert(id).inserted }
            if isTaken { return waiter.resume(returning: .success(.taken)) }
            ask { $0.opens.append((id, waiter)) }
        }.get()
    }

    /// Takes down that the digest was mailed. It is on disk when this returns.
    func record(_ id: UUID) async throws(MailError) {
        try await withCheckedContinuation { (waiter: LedgerRound.Waiter<Void>) in
            ask { $0.records.append((id, waiter)) }
        }.get()
    }

    /// Lets others at it.
    func close(_ id: UUID) {
        state.withLock { _ = $0.open.remove(id) }
        ask { $0.closes.append(id) }
    }

    private func ask(_ add: (inout LedgerRound) -> Void) {
        let (connection, isFirst) = state.withLock { state in
            add(&state.next)
            defer { state.hasSession = true }
            return (state.connection, !state.hasSession)
        }
        connection?.interrupt()
        // Nobody's child: no mail's cancellation ends it for the others.
        if isFirst { Task { await self.serve() } }
    }

    /// Sessions, until no mail is under way.
    private func serve() async {
        repeat {
            do {
                try await database.withConnection { self.serve($0) }
            } catch {
                settle(state.withLock { $0.takeNext() }.fail(error))
            }
        } while state.withLock { state in
            state.connection = nil
            state.hasSession = !state.next.isEmpty
            return state.hasSession
        }
    }

    /// Round after round on the connection's thread, until no mail is under way or the connection can't be used.
    private func serve(_ connection: isolated PostgresConnection) {
        var session = LedgerSession()
        while let round = nextRound(connection) {
            do {
                if round.isEmpty {
                    _ = try connection.waitForNotification(timeout: .seconds(3600))
                } else {
                    try session.serve(round, on: connection, settle)
                }
            } catch {
                // Mails that are under way lose their locks, as with a session that breaks.
                return session.end(on: connection)
            }
        }
        session.end(on: connection)
    }

    /// Nil when there is nothing more to do.
    private func nextRound(_ connection: PostgresConnection) -> LedgerRound? {
        state.withLock { state in
            let isOver = state.next.isEmpty && state.open.isEmpty
            state.connection = isOver ? nil : connection
            return isOver ? nil : state.takeNext()
        }
    }

    /// Mails that don't leave are under way no more.
    private func settle(_ ids: [UUID]) {
        state.withLock { $0.open.subtract(ids) }
    }
}
