import FoundationEssentials
import Synchronization

/// The streams that are open, by user.
package final class Readers: Sendable {
    private struct State {
        var byUser: [UUID: [ObjectIdentifier: Subscription]] = [:]
        var count = 0
        var dropped = 0
        var isLive = false
        var isEnding = false
        /// Seconds without any stream.
        var idleSeconds = 0
        var firstWaiter: CheckedContinuation<Void, Never>?
        var idleWaiter: CheckedContinuation<Void, Never>?

        var all: [Subscription] { byUser.values.flatMap(\.values) }

        var isIdle: Bool { count == 0 && idleSeconds >= Readers.idleLimit }

        mutating func take(
            _ waiter: WritableKeyPath<State, CheckedContinuation<Void, Never>?>
        ) -> CheckedContinuation<Void, Never>? {
            defer { self[keyPath: waiter] = nil }
            return self[keyPath: waiter]
        }
    }

    /// Seconds without any stream until nobody is expected.
    package static let idleLimit = 30
    /// Each stream gets a comment every so many seconds, at another second than its neighbours.
    private static let quietSeconds = 15

    private let state = Mutex(State())

    package init() {}

    var count: Int { state.withLock { $0.count } }

    /// How many were too slow.
    var dropped: Int { state.withLock { $0.dropped } }

    /// Whether the topic is being read: everything that is published from now on comes to the streams.
    package var isLive: Bool {
        get { state.withLock { $0.isLive } }
        set {
            let all = state.withLock { state in
                state.isLive = newValue
                return newValue ? state.all : []
            }
            for subscription in all { subscription.goLive() }
        }
    }

    func count(of user: UUID) -> Int { state.withLock { $0.byUser[user]?.count ?? 0 } }

    func hasAny(of user: UUID) -> Bool { state.withLock { $0.byUser[user] != nil } }

    func add(_ subscription: Subscription) {
        let (isEnding, waiter) = state.withLock { state in
            state.byUser[subscription.user, default: [:]][ObjectIdentifier(subscription)] = subscription
            state.count += 1
            return (state.isEnding, state.take(\.firstWaiter))
        }
        waiter?.resume()
        if isEnding { subscription.end(.serverEnds) }
    }

    /// Waits until there is a stream, or the task is cancelled.
    func waitForFirst() async {
        await wait(\.firstWaiter) { state in
            state.idleSeconds = 0
            return state.count > 0
        }
    }

    /// Waits until there was no stream for so long that the topic need not be read, or the task is cancelled. From then on
    /// new streams wait for it.
    package func waitForIdleness() async { await wait(\.idleWaiter) { _ in false } }

    private func wait(
        _ waiter: WritableKeyPath<State, CheckedContinuation<Void, Never>?>, until isOver: (inout State) -> Bool
    ) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state in
                    if isOver(&state) || Task.isCancelled { return true }
                    state[keyPath: waiter] = continuation
                    return false
                }
                if goesOn { continuation.resume() }
            }
        } onCancel: {
            state.withLock { state in [state.take(\.firstWaiter), state.take(\.idleWaiter)] }.forEach { $0?.resume() }
        }
    }

    func remove(_ subscription: Subscription) {
        state.withLock { state in
            guard state.byUser[subscription.user]?.removeValue(forKey: ObjectIdentifier(subscription)) != nil else { return }
            state.count -= 1
            if state.byUser[subscription.user]?.isEmpty == true { state.byUser[subscription.user] = nil }
        }
    }

    func offer(_ event: ServerSentEvent, to user: UUID) {
        let subscriptions = state.withLock { $0.byUser[user].map { Array($0.values) } ?? [] }
        for subscription in subscriptions where subscription.offer(event) { state.withLock { $0.dropped += 1 } }
    }

    package func tick(_ second: Int) {
        let now = Date()
        let idleWaiter = state.withLock { state in
            state.idleSeconds = state.count == 0 ? state.idleSeconds + 1 : 0
            guard state.isIdle, let waiter = state.take(\.idleWaiter) else { return CheckedContinuation<Void, Never>?.none }
            state.isLive = false
            return waiter
        }
        idleWaiter?.resume()
        for subscription in state.withLock({ $0.all }) {
            let place = abs(ObjectIdentifier(subscription).hashValue % Readers.quietSeconds)
            subscription.tick(isQuietTime: second % Readers.quietSeconds == place, now: now)
        }
    }

    /// Ends those streams whose clients don't read, too.
    func closeAll() { for subscription in state.withLock({ $0.all }) { subscription.close() } }

    func endAll(_ reason: Subscription.End) {
        let all = state.withLock { state in
            if case .serverEnds = reason { state.isEnding = true }
            return state.all
        }
        for subscription in all { subscription.end(reason) }
    }
}
