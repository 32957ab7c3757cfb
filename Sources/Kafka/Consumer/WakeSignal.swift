internal import Synchronization

/// Tells the waiting that there may be something to read.
///
/// librdkafka raises it while it holds the lock of a queue, so nothing here may call librdkafka.
final class WakeSignal: Sendable {
    private struct State {
        var generation: UInt64 = 0
        var isClosed = false
        var nextWaiter: UInt64 = 0
        var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]

        mutating func takeWaiters() -> [CheckedContinuation<Void, Never>] {
            defer { waiters.removeAll() }
            return Array(waiters.values)
        }
    }

    private let state = Mutex(State())

    /// How often it was raised. To be read before looking for something, so that no raise in between is missed.
    var generation: UInt64 { state.withLock { $0.generation } }

    func raise() {
        let waiters = state.withLock { state in
            state.generation &+= 1
            return state.takeWaiters()
        }
        for waiter in waiters { waiter.resume() }
    }

    /// From here on nobody waits.
    func close() {
        let waiters = state.withLock { state in
            state.isClosed = true
            return state.takeWaiters()
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Returns once it is raised after `generation`, is closed, or the task is cancelled.
    nonisolated(nonsending) func wait(since generation: UInt64) async {
        let id = state.withLock { state in
            state.nextWaiter &+= 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let waits = state.withLock { state in
                    // A cancellation that came before is seen here; a later one finds the waiter.
                    if state.generation != generation || state.isClosed || Task.isCancelled { return false }
                    state.waiters[id] = waiter
                    return true
                }
                if !waits { waiter.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
        }
    }
}
