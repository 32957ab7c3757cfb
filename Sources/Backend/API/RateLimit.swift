/// How often something may be done: `count` times at once, and again as fast as `count` a `period` from then on.
public struct RateLimit: Sendable, Hashable, CustomStringConvertible {
    /// At least 1.
    public let count: Int
    public let period: Duration

    /// Of one address that logs in or registers: a family, an office or a script is not held up, a guesser is.
    public static let `default` = RateLimit(count: 60, period: .seconds(60))
    /// No limit: any number at any time.
    public static let off = RateLimit(count: 1, period: .zero)

    /// - Parameter count: at least 1.
    public init(count: Int, period: Duration) {
        self.count = max(count, 1)
        self.period = period
    }

    /// Reads `10/1m`, `100/30s`, `1000/1h` (count per time; at most a million in at most a day), or `off`; nil for anything
    /// else.
    public init?(_ text: String) {
        if text == "off" {
            self = .off
            return
        }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600]
        guard parts.count == 2, let count = RateLimit.number(parts[0], upTo: 1_000_000),
            let unit = parts[1].last.flatMap({ units[$0] }),
            let length = RateLimit.number(parts[1].dropLast(), upTo: 86_400 / unit)
        else { return nil }
        self.init(count: count, period: .seconds(length * unit))
    }

    public var isOff: Bool { period == .zero }

    /// The time in which one of `count` comes back.
    package var interval: Duration { period / count }

    public var description: String { isOff ? "off" : "\(count)/\(period.components.seconds)s" }

    /// Digits alone: `Int` would take a sign too.
    private static func number(_ text: Substring, upTo limit: Int) -> Int? {
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text), (1...limit).contains(number) else {
            return nil
        }
        return number
    }
}
