internal import DequeModule

/// Who may use which connection, and who waits. Pure: the pool tells it what happened and does what it answers.
///
/// Every connection is idle, leased or being opened, and there are never more than `size`. While anyone waits, none is idle.
package struct PoolStateMachine<Connection, Waiter, Instant: Comparable> {
    package typealias WaiterID = UInt64

    /// What the pool has to do after an event.
    package struct Actions {
        /// Hand the connection to one who waits.
        package var lease: (connection: Connection, waiter: Waiter)?
        /// Open a connection, then call `opened` or `openFailed`.
        package var open = false
        /// Tell these that there is none for them.
        package var fail: [Waiter] = []
        /// Close these.
        package var close: [Connection] = []
        /// The pool is closed and everything has come back.
        package var isFinished = false
    }

    package enum Answer {
        case lease(Connection)
        /// Wait for an action; `open` as in `Actions`.
        case wait(open: Bool)
        case refuse(Refusal)
    }

    package enum Refusal {
        case tooManyWaiters, closed
    }

    private let size: Int
    private let maxWaiters: Int
    /// The last one back is the first to go: the others can be forgotten by the server's caches.
    private var idle: [Connection] = []
    private var leased = 0
    private var opening = 0
    private var waiters: Deque<(id: WaiterID, waiter: Waiter, deadline: Instant)> = []
    private var lastID: WaiterID = 0
    package private(set) var isClosed = false
    private var counters = PostgresPoolStatistics()

    package init(size: Int, maxWaiters: Int) {
        self.size = max(size, 1)
        self.maxWaiters = max(maxWaiters, 0)
    }

    /// A connection that is free now.
    package mutating func leaseIdle() -> Connection? {
        guard let connection = idle.popLast() else { return nil }
        leased += 1
        counters.leases += 1
        return connection
    }

    package mutating func makeID() -> WaiterID {
        lastID += 1
        return lastID
    }

    /// Someone wants a connection. Deadlines must come in ascending order.
    package mutating func acquire(_ waiter: Waiter, id: WaiterID, deadline: Instant) -> Answer {
        if isClosed { return .refuse(.closed) }
        if let connection = leaseIdle() { return .lease(connection) }
        guard waiters.count < maxWaiters else {
            counters.refused += 1
            return .refuse(.tooManyWaiters)
        }
        waiters.append((id, waiter, deadline))
        return .wait(open: shouldOpen())
    }

    /// One no longer waits. Nil when it was answered before.
    package mutating func withdraw(_ id: WaiterID) -> Waiter? {
        guard let index = waiters.firstIndex(where: { $0.id == id }) else { return nil }
        return waiters.remove(at: index).waiter
    }

    /// Those whose deadline has come, and the next deadline.
    package mutating func expire(now: Instant) -> (expired: [Waiter], next: Instant?) {
        var expired: [Waiter] = []
        while let first = waiters.first, first.deadline <= now { expired.append(waiters.removeFirst().waiter) }
        counters.expired += expired.count
        return (expired, waiters.first?.deadline)
    }

    package mutating func opened(_ connection: Connection) -> Actions {
        opening -= 1
        counters.opened += 1
        return hand(on: connection)
    }

    /// A connection could not be opened. Those who wait go on waiting as long as another connection may still come to them.
    package mutating func openFailed() -> Actions {
        opening -= 1
        counters.failed += 1
        var actions = Actions(isFinished: isFinished)
        if leased == 0, opening == 0 {
            actions.fail = waiters.map(\.waiter)
            waiters = []
        }
        return actions
    }

    /// A leased connection comes back; nil: it is broken and closed.
    package mutating func released(_ connection: Connection?) -> Actions {
        leased -= 1
        if let connection { return hand(on: connection) }
        counters.discarded += 1
        return Actions(open: shouldOpen(), isFinished: isFinished)
    }

    /// No more connections for anyone. Leased ones are closed when they come back.
    package mutating func close() -> Actions {
        isClosed = true
        let actions = Actions(fail: waiters.map(\.waiter), close: idle, isFinished: isFinished)
        waiters = []
        idle = []
        return actions
    }

    package var statistics: PostgresPoolStatistics {
        var now = counters
        (now.size, now.idle, now.busy, now.opening, now.waiting) = (size, idle.count, leased, opening, waiters.count)
        return now
    }

    private var isFinished: Bool { isClosed && leased == 0 && opening == 0 }

    private mutating func hand(on connection: Connection) -> Actions {
        if isClosed { return Actions(close: [connection], isFinished: isFinished) }
        guard let next = waiters.popFirst() else {
            idle.append(connection)
            return Actions()
        }
        leased += 1
        counters.leases += 1
        return Actions(lease: (connection, next.waiter))
    }

    /// Whether one more connection is wanted and allowed; then it counts as being opened.
    private mutating func shouldOpen() -> Bool {
        guard !isClosed, waiters.count > opening, idle.count + leased + opening < size else { return false }
        opening += 1
        return true
    }
}
