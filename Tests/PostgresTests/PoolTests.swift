import Dispatch
import Logging
import Postgres
import TestSupport
import Testing

/// The pool with a server that is well.
@Suite struct PoolTests {
    /// Keeps connections busy until it is opened.
    private final class Gate: Sendable {
        private let group = DispatchGroup()

        init() { group.enter() }

        func open() { group.leave() }

        func wait() { group.wait() }
    }

    @Test func sharesItsConnections() async throws {
        let pool = PostgresPool(try await freshSchema(), size: 3, logger: quiet)
        let processes = try await withThrowingTaskGroup(of: Int32.self) { group in
            for _ in 0..<100 { group.addTask { try await pool.withConnection { try $0.processID } } }
            return try await group.reduce(into: Set<Int32>()) { $0.insert($1) }
        }
        #expect((1...3).contains(processes.count))
        let statistics = pool.statistics()
        // A connection that stood only when all were served has served none.
        #expect((processes.count...3).contains(statistics.opened))
        #expect(statistics.leases == 100 && statistics.busy == 0)
        await pool.close()
    }

    @Test func whenTooManyWaitTheNextIsRefusedAtOnce() async throws {
        let pool = PostgresPool(try await freshSchema(), size: 1, maxWaiters: 1, waitTimeout: .seconds(60), logger: quiet)
        let gate = Gate()
        let holder = Task { try await pool.withConnection { _ in gate.wait() } }
        try await eventually("the connection is busy") { pool.statistics().busy == 1 }
        let waiter = Task { try await pool.query("SELECT 1") }
        try await eventually("one waits") { pool.statistics().waiting == 1 }
        let refused = try await postgresError { try await pool.query("SELECT 1") }
        #expect(refused.kind == .poolExhausted && refused.isUnavailable && "\(refused)".contains("PoolTests.swift"))
        #expect(pool.statistics().refused == 1)
        gate.open()
        try await holder.value
        #expect(try await waiter.value.count == 1)
    }

    @Test func whoWaitsTooLongGetsAnError() async throws {
        let pool = PostgresPool(try await freshSchema(), size: 1, waitTimeout: .milliseconds(50), logger: quiet)
        // On a busy machine the first connection may take longer than that.
        try await eventually("it has a connection") {
            pool.statistics().idle == 1 ? true : (try? await pool.query("SELECT 1")) != nil
        }
        let gate = Gate()
        let holder = Task { try await pool.withConnection { _ in gate.wait() } }
        try await eventually("the connection is busy") { pool.statistics().busy == 1 }
        for _ in 0..<3 {
            let expired = try await postgresError { try await pool.query("SELECT 1") }
            #expect(expired.kind == .poolExhausted && "\(expired)".contains("0.05"))
        }
        gate.open()
        try await holder.value
        #expect(try await pool.query("SELECT 1").count == 1)
        #expect(pool.statistics().expired >= 3 && pool.statistics().waiting == 0)
    }

    @Test func aCancelledWaiterGoes() async throws {
        let pool = PostgresPool(try await freshSchema(), size: 1, logger: quiet)
        let gate = Gate()
        let holder = Task { try await pool.withConnection { _ in gate.wait() } }
        try await eventually("the connection is busy") { pool.statistics().busy == 1 }
        let waiter = Task { try await pool.query("SELECT 1") }
        try await eventually("one waits") { pool.statistics().waiting == 1 }
        waiter.cancel()
        #expect(try await postgresError { _ = try await waiter.value }.kind == .cancelled)
        #expect(pool.statistics().waiting == 0)
        gate.open()
        try await holder.value
        #expect(try await pool.query("SELECT 1").count == 1)
    }

    @Test func aTaskCancelledBeforeNeverStarts() async throws {
        let pool = PostgresPool(try await freshSchema(), size: 1, logger: quiet)
        try await pool.query("SELECT 1")
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await pool.withConnection { _ in Issue.record("it ran") }
        }
        #expect(try await postgresError { try await task.value }.kind == .cancelled)
        #expect(pool.statistics().discarded == 0)
    }

    @Test func cancellingEndsTheStatementOnTheServer() async throws {
        let pool = PostgresPool(try await freshSchema(), size: 2, logger: quiet)
        let running: SQL = "SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)' AND state = 'active'"
        let sleeper = Task { try await pool.query("SELECT pg_sleep(60)") }
        try await eventually("it runs") { try await pool.query(running)[0].decode(Int.self) == 1 }
        let start = ContinuousClock.now
        sleeper.cancel()
        #expect(try await postgresError { _ = try await sleeper.value }.kind == .cancelled)
        #expect(ContinuousClock.now - start < .seconds(5))
        try await eventually("it has ended") { try await pool.query(running)[0].decode(Int.self) == 0 }
        #expect(pool.statistics().discarded == 1)
    }

    @Test func aConnectionThatEscapedIsOfNoUse() async throws {
        let pool = PostgresPool(try await freshSchema(), size: 1, logger: quiet)
        let escaped = try await pool.withConnection { $0 }
        #expect(try await postgresError { try await escaped.query("SELECT 1") }.kind == .usage)
        #expect(try await pool.query("SELECT 1").count == 1)
    }

    @Test func errorsOfTheClosureComeThrough() async throws {
        struct Failure: Error {}
        let pool = PostgresPool(try await freshSchema(), size: 1, logger: quiet)
        await #expect(throws: Failure.self) { try await pool.withConnection { _ in throw Failure() } }
        let error = try await postgresError { try await pool.query("SELECT 1 / 0") }
        #expect(error.sqlState == "22012" && "\(error)".contains("PoolTests.swift"))
        #expect(pool.statistics().discarded == 0 && pool.statistics().idle == 1)
    }

    @Test func closingWaitsForThoseInUse() async throws {
        let configuration = try await freshDatabase()
        let pool = PostgresPool(configuration, size: 2, logger: quiet)
        try await pool.query("SELECT 1")
        let gate = Gate()
        let holders = (0..<2).map { _ in Task { try await pool.withConnection { _ in gate.wait() } } }
        try await eventually("both are busy") { pool.statistics().busy == 2 }
        let waiter = Task { try await pool.query("SELECT 1") }
        try await eventually("one waits") { pool.statistics().waiting == 1 }
        let closing = Task { await pool.close() }
        #expect(try await postgresError { _ = try await waiter.value }.kind == .closed)
        #expect(pool.statistics().busy == 2)
        gate.open()
        await closing.value
        for holder in holders { try await holder.value }
        #expect(pool.statistics().busy == 0 && pool.statistics().idle == 0)
        #expect(try await postgresError { try await pool.query("SELECT 1") }.kind == .closed)
        await pool.close()
        let watcher = try await PostgresConnection.connect(configuration, logger: quiet)
        try await eventually("the server has no other connection") {
            try await watcher.query("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")[0].decode(
                Int.self) == 1
        }
    }
}

struct AdvisoryLockTests {
    @Test func oneAtATimeHasTheLock() async throws {
        let configuration = try PostgresConfiguration(try await TestPostgres.shared.database())
        let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let (one, other) = (
            PostgresPool(configuration, size: 1, logger: quiet), PostgresPool(configuration, size: 1, logger: quiet)
        )
        for _ in 0..<2 {
            let held = try await one.withAdvisoryLock(7) {
                let mine = try await other.withAdvisoryLock(7) { true }
                #expect(mine == nil)
                return try await other.withAdvisoryLock(8) { "another number" }
            }
            #expect(held == .some("another number"))
        }
        struct Fault: Error {}
        await #expect(throws: Fault.self) { try await one.withAdvisoryLock(7) { throw Fault() } }
        // Cancelled while it has the lock: it is given back all the same.
        let task = Task {
            try await one.withAdvisoryLock(7) {
                withUnsafeCurrentTask { $0?.cancel() }
                try Task.checkCancellation()
            }
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        let free = try await other.withAdvisoryLock(7) { true }
        #expect(free == true)
        #expect(one.statistics().busy == 0 && one.statistics().idle == 1)
        await one.close()
        await other.close()
    }
}
