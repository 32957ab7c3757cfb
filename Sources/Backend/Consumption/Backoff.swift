/// Waits that double, each by chance a bit shorter, so that many that failed together don't come back together.
package struct Backoff: Sendable {
    private let range: ClosedRange<Duration>
    private var ceiling: Duration

    package init(_ range: ClosedRange<Duration>) {
        self.range = range
        ceiling = range.lowerBound
    }

    /// The next wait: between half the ceiling and the ceiling.
    package mutating func next(using generator: inout some RandomNumberGenerator) -> Duration {
        let wait = ceiling * Double.random(in: 0.5...1, using: &generator)
        ceiling = min(ceiling * 2, range.upperBound)
        return wait
    }

    package mutating func next() -> Duration {
        var generator = SystemRandomNumberGenerator()
        return next(using: &generator)
    }
}
