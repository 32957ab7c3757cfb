import FoundationEssentials
import Postgres

/// What mails ask the ledger for at the same time.
struct LedgerRound: Sendable {
    typealias Waiter<T> = CheckedContinuation<Result<T, MailError>, Never>

    var opens: [(id: UUID, waiter: Waiter<DigestLedger.Answer>)] = []
    var records: [(id: UUID, waiter: Waiter<Void>)] = []
    var closes: [UUID] = []

    var isEmpty: Bool { opens.isEmpty && records.isEmpty && closes.isEmpty }

    /// Tells all who wait; gives the mails that don't leave.
    func fail(_ error: any Error) -> [UUID] {
        for (_, waiter) in records { waiter.resume(returning: .failure(.transient("\(error)"))) }
        return LedgerRound.fail(opens, error)
    }

    static func fail(_ opens: [(id: UUID, waiter: Waiter<DigestLedger.Answer>)], _ error: any Error) -> [UUID] {
        for (_, waiter) in opens { waiter.resume(returning: .failure(.transient("\(error)"))) }
        return opens.map(\.id)
    }
}

/// The ledger's rounds in one session of the database, and the locks that it has.
struct LedgerSession {
    private var locked: Set<UUID> = []
    /// A statement failed: there may be locks that it made.
    private var isInDoubt = false

    /// Answers to all who wait in the round. First the records: nothing is as urgent as what was mailed.
    ///
    /// - Parameter settle: is told of the mails that don't leave before those who wait for them are.
    /// - Throws: after which the session is of no use.
    mutating func serve(
        _ round: LedgerRound, on connection: isolated PostgresConnection, _ settle: ([UUID]) -> Void
    ) throws(PostgresError) {
        var opens = round.opens
        do throws(PostgresError) {
            try record(round.records, on: connection)
            try unlock(round.closes, on: connection)
            guard !opens.isEmpty else { return }
            let free = try lock(opens.map(\.id), on: connection)
            // A statement of its own: what others recorded before they gave up their locks must be seen.
            let mailed = try mailed(among: free, on: connection)
            try unlock(Array(mailed), on: connection)
            settle(opens.map(\.id).filter { !locked.contains($0) })
            let answered = opens
            opens = []
            for (id, waiter) in answered {
                waiter.resume(returning: .success(mailed.contains(id) ? .mailedBefore : locked.contains(id) ? .open : .taken))
            }
        } catch {
            isInDoubt = true
            settle(opens.map(\.id))
            _ = LedgerRound.fail(opens, error)
            throw error
        }
    }

    /// Gives up what locks there are, or else the connection.
    mutating func end(on connection: isolated PostgresConnection) {
        guard !locked.isEmpty || isInDoubt else { return }
        do throws(PostgresError) {
            try connection.query("SELECT pg_advisory_unlock_all()")
        } catch {
            connection.close()
        }
        locked = []
    }

    private func record(
        _ records: [(id: UUID, waiter: LedgerRound.Waiter<Void>)], on connection: isolated PostgresConnection
    ) throws(PostgresError) {
        if records.isEmpty { return }
        do throws(PostgresError) {
            try connection.query(
                "INSERT INTO processed_events (event_id) SELECT unnest(\(records.map(\.id))) ON CONFLICT DO NOTHING")
            for (_, waiter) in records { waiter.resume(returning: .success(())) }
        } catch {
            for (_, waiter) in records { waiter.resume(returning: .failure(.transient("\(error)"))) }
            throw error
        }
    }

    /// Those of the mails that are locked now.
    private mutating func lock(_ ids: [UUID], on connection: isolated PostgresConnection) throws(PostgresError) -> [UUID] {
        let rows = try connection.query(
            """
            SELECT id FROM unnest(\(ids), \(ids.map(\.lockKey))) AS wanted (id, key) WHERE pg_try_advisory_lock(key)
            """
        ).decode(UUID.self)
        locked.formUnion(rows)
        return rows
    }

    private mutating func unlock(_ ids: [UUID], on connection: isolated PostgresConnection) throws(PostgresError) {
        let ids = ids.filter { locked.remove($0) != nil }
        if ids.isEmpty { return }
        try connection.query("SELECT pg_advisory_unlock(key) FROM unnest(\(ids.map(\.lockKey))) AS key")
    }

    private func mailed(among ids: [UUID], on connection: isolated PostgresConnection) throws(PostgresError) -> Set<UUID> {
        if ids.isEmpty { return [] }
        return Set(
            try connection.query("SELECT event_id FROM processed_events WHERE event_id = ANY (\(ids))").decode(UUID.self))
    }
}

extension UUID {
    /// Another id has the same by chance only, and then waits a moment.
    fileprivate var lockKey: Int {
        withUnsafeBytes(of: uuid) { $0.loadUnaligned(as: Int.self) ^ $0.loadUnaligned(fromByteOffset: 8, as: Int.self) }
    }
}
