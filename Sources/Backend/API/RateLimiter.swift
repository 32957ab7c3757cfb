import Synchronization

/// The generic cell rate algorithm over many keys, in bounded memory. Pure: the time is told.
///
/// Each key has one instant, at which it will be as if it had never been used. A use moves it by one interval, and is
/// refused where that would take it more than one period ahead.
package struct RateLimitTable<Key: Hashable> {
    package let limit: RateLimit
    private var fullAt: Generations<Key, Duration>
    private var advanced: Duration = .zero

    /// - Parameter capacity: how many keys are kept at least; twice as many at most. Past it, the keys that were not used for
    ///   the longest time start anew.
    package init(_ limit: RateLimit, capacity: Int) {
        self.limit = limit
        fullAt = Generations(capacity: capacity)
    }

    /// How many keys are kept.
    package var count: Int { fullAt.count }

    /// Uses the key once if it may be used now.
    ///
    /// - Parameter now: time since any fixed instant; it never goes back.
    /// - Returns: nil when it was used, else how long until it may be.
    package mutating func take(_ key: Key, at now: Duration) -> Duration? {
        if limit.isOff { return nil }
        dropFull(at: now)
        let next = max(fullAt.use(key) ?? now, now) + limit.interval
        let wait = next - limit.period - now
        if wait > .zero { return wait }
        fullAt.keep(next, for: key)
        return nil
    }

    /// Takes one use back.
    package mutating func giveBack(_ key: Key, at now: Duration) {
        guard !limit.isOff, let instant = fullAt.use(key) else { return }
        let earlier = instant - limit.interval
        if earlier > now { fullAt.keep(earlier, for: key) } else { fullAt.forget(key) }
    }

    /// No key is ever more than one period ahead, so what was not used for one is full again and need not be kept.
    private mutating func dropFull(at now: Duration) {
        guard now - advanced >= limit.period else { return }
        fullAt.advance()
        if now - advanced >= limit.period * 2 { fullAt.advance() }
        advanced = now
    }
}

/// A rate limit that tasks share. It lives in the memory of one process: several of them admit as many times more.
package final class RateLimiter<Key: Hashable & Sendable>: Sendable {
    private let table: Mutex<RateLimitTable<Key>>
    private let now: @Sendable () -> Duration

    /// - Parameter now: a monotonic clock.
    package init(_ limit: RateLimit, capacity: Int = 16_384, now: @escaping @Sendable () -> Duration) {
        table = Mutex(RateLimitTable(limit, capacity: capacity))
        self.now = now
    }

    package func take(_ key: Key) -> Duration? {
        let now = now()
        return table.withLock { $0.take(key, at: now) }
    }

    package func giveBack(_ key: Key) {
        let now = now()
        table.withLock { $0.giveBack(key, at: now) }
    }
}

/// The monotonic clock.
package enum Monotonic {
    private static let start = ContinuousClock.now

    /// Time since this was first asked.
    @Sendable package static func now() -> Duration { ContinuousClock.now - start }
}
