/// How long to wait before the next connection: twice as long each time, with jitter, so that the clients of a server that
/// was gone don't all come back at once.
struct ReconnectBackoff: Sendable {
    private static let first = Duration.milliseconds(250)
    private static let longest = Duration.seconds(30)
    /// A server that asks for more patience than that is asked again all the same.
    private static let longestRetryAfter = Duration.seconds(300)

    /// What the server has asked for; every wait is at least as long.
    private var least = Duration.zero
    /// 0 to 1.
    let random: @Sendable () -> Double
    private var attempt = 0

    init(random: @escaping @Sendable () -> Double) { self.random = random }

    /// The server's own wish for the time between two connections.
    mutating func ask(milliseconds: Int) { least = .milliseconds(min(milliseconds, 300_000)) }

    /// The connection was good: the next break is a new one.
    mutating func reset() { attempt = 0 }

    /// - Parameter retryAfter: What the server has asked for this once.
    mutating func next(retryAfter: Duration?) -> Duration {
        let least = max(least, min(retryAfter ?? .zero, ReconnectBackoff.longestRetryAfter))
        let full = min(ReconnectBackoff.first * (1 << min(attempt, 10)), ReconnectBackoff.longest)
        attempt += 1
        // Jitter is added to what the server asked for, never taken from it.
        return least + full * (1 - random() / 2)
    }
}
