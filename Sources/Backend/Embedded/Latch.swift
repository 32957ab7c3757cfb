import Synchronization

/// A value that comes once. Whoever waits before gets it when it comes, whoever asks after gets it at once.
package final class Latch<Value: Sendable>: Sendable {
    private struct State {
        var value: Value?
        var lastWaiter = 0
        var waiters: [Int: CheckedContinuation<Value?, Never>] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    /// The value, where it has come.
    package var value: Value? { state.withLock { $0.value } }

    /// Only the first call counts.
    package func fulfil(_ value: Value) {
        let waiters = state.withLock { state -> [CheckedContinuation<Value?, Never>] in
            guard state.value == nil else { return [] }
            state.value = value
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for waiter in waiters { waiter.resume(returning: value) }
    }

    /// Waits also when the task is cancelled: for values that are sure to come soon.
    package func wait() async -> Value {
        while true {
            if let value = await next(nil) { return value }
        }
    }

    /// Waits until the value comes or the task is cancelled.
    package func waitUnlessCancelled() async throws(CancellationError) -> Value {
        let waiter = state.withLock { state in
            state.lastWaiter += 1
            return state.lastWaiter
        }
        let value = await withTaskCancellationHandler {
            await next(waiter)
        } onCancel: {
            // A continuation that isn't there yet sees the cancellation by itself, in `next`.
            state.withLock { $0.waiters.removeValue(forKey: waiter) }?.resume(returning: nil)
        }
        guard let value else { throw CancellationError() }
        return value
    }

    /// - Parameter waiter: the name under which a cancellation finds the continuation; nil where none may end the wait.
    private func next(_ waiter: Int?) async -> Value? {
        await withCheckedContinuation { continuation in
            let answer: Value?? = state.withLock { state in
                if let value = state.value { return .some(value) }
                if waiter != nil && Task.isCancelled { return .some(nil) }
                state.lastWaiter += 1
                state.waiters[waiter ?? state.lastWaiter] = continuation
                return .none
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }
}
