import Synchronization

/// One connection to the mail server, kept between messages. It has a loop of its own, since closing an SMTP connection
/// occupies the loop.
final class SMTPLane: Sendable {
    let loop = TransferLoop(limit: 1, saysGoodbye: true)
}

/// The connections of one transport: who uses which, and who waits. The last one back is the first to go, so that few mails
/// use few connections.
final class SMTPLanes: Sendable {
    /// How long a server that turned a connection away is asked for no more of them than it took.
    private static let modesty = Duration.seconds(60)

    private typealias Waiter = CheckedContinuation<SMTPLane?, Never>

    private struct State {
        /// Unused, those with a connection last.
        var idle: [SMTPLane]
        /// Whose connection stands, as far as known.
        var connected: Set<ObjectIdentifier> = []
        var busy = 0
        var waiters: [(id: UInt64, waiter: Waiter)] = []
        var lastID: UInt64 = 0
        /// The server takes no more than so many connections, until then.
        var limit: (count: Int, until: ContinuousClock.Instant)?
        var isClosed = false

        mutating func take() -> SMTPLane? {
            if let limit, limit.until <= .now { self.limit = nil }
            guard busy < limit?.count ?? .max, let lane = idle.popLast() else { return nil }
            busy += 1
            return lane
        }

        mutating func serveWaiters() -> [(Waiter, SMTPLane)] {
            var next: [(Waiter, SMTPLane)] = []
            while let first = waiters.first, let lane = take() {
                waiters.removeFirst()
                next.append((first.waiter, lane))
            }
            return next
        }
    }

    private let lanes: [SMTPLane]
    private let state: Mutex<State>

    init(_ count: Int) {
        lanes = (0..<max(count, 1)).map { _ in SMTPLane() }
        state = Mutex(State(idle: lanes))
    }

    /// A connection for one message; nil where all are closed or the task is cancelled.
    func acquire() async -> SMTPLane? {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let answer: SMTPLane?? = state.withLock { state in
                    if state.isClosed || Task.isCancelled { return .some(nil) }
                    if let lane = state.take() { return lane }
                    state.waiters.append((id, waiter))
                    return nil
                }
                if let answer { waiter.resume(returning: answer) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                state.waiters.firstIndex { $0.id == id }.map { state.waiters.remove(at: $0).waiter }
            }
            waiter?.resume(returning: nil)
        }
    }

    /// The lane is free for others.
    ///
    /// - Parameter isConnected: whether its connection can be used again.
    func release(_ lane: SMTPLane, isConnected: Bool) {
        let next = state.withLock { state in
            state.busy -= 1
            if isConnected {
                state.connected.insert(ObjectIdentifier(lane))
                state.idle.append(lane)
            } else {
                state.connected.remove(ObjectIdentifier(lane))
                state.idle.insert(lane, at: 0)
            }
            return state.serveWaiters()
        }
        for (waiter, lane) in next { waiter.resume(returning: lane) }
    }

    /// The server turned this lane's connection away. Others that stand are enough then, for a while.
    ///
    /// Returns `false` where there are none: it has to be told.
    func turnedAway(_ lane: SMTPLane) -> Bool {
        state.withLock { state in
            state.connected.remove(ObjectIdentifier(lane))
            if state.connected.isEmpty { return false }
            state.limit = (state.connected.count, .now + SMTPLanes.modesty)
            return true
        }
    }

    /// Says goodbye on all of them.
    func close() async {
        let waiters = state.withLock { state in
            defer { state.waiters = [] }
            state.isClosed = true
            return state.waiters
        }
        for (_, waiter) in waiters { waiter.resume(returning: nil) }
        await withDiscardingTaskGroup { group in
            for lane in lanes { group.addTask { await lane.loop.close() } }
        }
    }
}
