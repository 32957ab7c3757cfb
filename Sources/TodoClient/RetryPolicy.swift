import Curl

/// How often a request is sent again, and after which waits: twice as long each time, with jitter, within bounds.
public struct RetryPolicy: Sendable {
    /// How a request went that had no success.
    enum Outcome: Sendable {
        case answer(status: Int, retryAfter: Duration?)
        case failure(HTTPError)

        /// Whether the server may have acted on the request all the same: a gateway's 502 or 504 says nothing of it, and the
        /// server's own 503 comes also when the database was lost at the very end.
        var mayBeDone: Bool {
            if case .failure(.unreachable) = self { false } else { true }
        }
    }

    /// Requests in all, the first one among them.
    public var attempts: Int
    /// Before the second attempt, at most; jitter takes off up to half.
    public var firstDelay: Duration
    public var longestDelay: Duration
    /// A server that asks for a longer wait gets none: the user is told instead.
    public var longestRetryAfter: Duration
    /// 0 to 1.
    var random: @Sendable () -> Double
    var wait: @Sendable (Duration) async throws -> Void

    /// - Parameters:
    ///   - random: 0 to 1, for the jitter.
    ///   - wait: What waits, so that tests need not.
    package init(
        attempts: Int = 4, firstDelay: Duration = .milliseconds(200), longestDelay: Duration = .seconds(2),
        longestRetryAfter: Duration = .seconds(10),
        random: @escaping @Sendable () -> Double = { Double.random(in: 0...1) },
        wait: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.attempts = attempts
        self.firstDelay = firstDelay
        self.longestDelay = longestDelay
        self.longestRetryAfter = longestRetryAfter
        self.random = random
        self.wait = wait
    }

    /// Four attempts within about two seconds.
    public static let standard = RetryPolicy { try await Task.sleep(for: $0) }

    /// How long to wait before the next attempt; nil to give up.
    func delay(afterAttempt attempt: Int, _ outcome: Outcome, isRepeatable: Bool) -> Duration? {
        guard attempt < attempts else { return nil }
        var least = Duration.zero
        switch outcome {
        case .answer(let status, let retryAfter):
            guard isRepeatable, [502, 503, 504].contains(status) else { return nil }
            least = retryAfter ?? .zero
        // The server has not seen it, so nothing can happen twice. It may be restarting.
        case .failure(.unreachable(.refused, _)): break
        case .failure(.interrupted): guard isRepeatable else { return nil }
        case .failure: return nil
        }
        guard least <= longestRetryAfter else { return nil }
        let full = min(firstDelay * (1 << min(attempt - 1, 20)), longestDelay)
        // Jitter is added to what the server asked for, never taken from it.
        return least + full * (1 - random() / 2)
    }

    /// The seconds of a `Retry-After` header; nil for its other form, a date, that our server never uses.
    static func retryAfter(_ header: String?) -> Duration? {
        header.flatMap { UInt32($0) }.map { .seconds(Int($0)) }
    }
}
