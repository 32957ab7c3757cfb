import DequeModule
package import FoundationEssentials
import Synchronization

/// What waits for one stream: new events up to a bound, and what else there is to tell.
public final class Subscription: Sendable {
    /// Why a stream ends.
    public enum End: Sendable {
        /// The client is gone.
        case clientGone
        /// More events came than the client read.
        case tooSlow
        /// The token is no longer good.
        case expired
        /// The topic has lost events that the outbox has.
        case eventsMissing
        case serverEnds
    }

    /// What a stream is woken for.
    struct News {
        var events: [ServerSentEvent] = []
        /// It was quiet for a while.
        var isQuiet = false
        var end: End?
    }

    private struct State {
        var events: Deque<ServerSentEvent> = []
        var size = 0
        var isQuiet = false
        var isLive = false
        var end: End?
        var secondsSinceEnd = 0
        var waiter: CheckedContinuation<Void, Never>?

        var hasNews: Bool { !events.isEmpty || isQuiet || isLive || end != nil }
    }

    /// What may wait: some thousand events of the usual size.
    private static let maxSize = 512 * 1024
    /// How many seconds a client may take to read what is left once its stream has ended.
    private static let patience = 5

    let user: UUID
    private let expiry: Date
    private let onStalled: @Sendable () -> Void
    private let state = Mutex(State())

    package init(user: UUID, expiry: Date, onStalled: @escaping @Sendable () -> Void) {
        self.user = user
        self.expiry = expiry
        self.onStalled = onStalled
    }

    /// Ends the stream as soon as it listens. The first reason counts.
    public func end(_ reason: End) {
        wake { state in
            guard state.end == nil else { return }
            state.end = reason
            if reason != .serverEnds { (state.events, state.size) = ([], 0) }
        }
    }

    /// - Returns: whether the reader was too slow for it.
    package func offer(_ event: ServerSentEvent) -> Bool {
        var isTooSlow = false
        wake { state in
            guard state.end == nil else { return }
            guard state.size + event.bytes.count <= Subscription.maxSize || state.events.isEmpty else {
                (state.events, state.size, state.end, isTooSlow) = ([], 0, .tooSlow, true)
                return
            }
            state.events.append(event)
            state.size += event.bytes.count
        }
        return isTooSlow
    }

    /// Ends the connection, whether its client listens or not.
    func close() { onStalled() }

    /// The topic is being read from now on.
    func goLive() { wake { $0.isLive = true } }

    /// Called once a second.
    package func tick(isQuietTime: Bool, now: Date) {
        if now >= expiry { end(.expired) }
        let isStalled = state.withLock { state in
            guard state.end != nil else { return false }
            state.secondsSinceEnd += 1
            return state.secondsSinceEnd == Subscription.patience
        }
        if isStalled { onStalled() }
        if isQuietTime { wake { $0.isQuiet = true } }
    }

    /// Waits until there is something to tell.
    ///
    /// - Parameter takesEvents: else they go on waiting.
    func news(takesEvents: Bool) async -> News {
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let isNow = state.withLock { state in
                    // Events that may not be taken yet are no news.
                    let isNow = takesEvents ? state.hasNews : state.isQuiet || state.isLive || state.end != nil
                    if !isNow { state.waiter = waiter }
                    return isNow
                }
                if isNow { waiter.resume() }
            }
        } onCancel: {
            end(.clientGone)
        }
        return state.withLock { state in
            var news = News(isQuiet: state.isQuiet, end: state.end)
            (state.isQuiet, state.isLive) = (false, false)
            if takesEvents {
                news.events = Array(state.events)
                (state.events, state.size) = ([], 0)
            }
            return news
        }
    }

    private func wake(_ change: (inout State) -> Void) {
        let waiter = state.withLock { state in
            change(&state)
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }
}
