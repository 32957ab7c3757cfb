internal import Glibc

/// A point in time on the monotonic clock.
struct Deadline: Comparable, Sendable {
    /// Nanoseconds since the machine started.
    private let nanoseconds: UInt64

    /// A point that never comes.
    static let never = Deadline(nanoseconds: .max)

    static var now: Deadline {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Deadline(nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
    }

    /// So much time from now; nil: never.
    static func after(_ duration: Duration?) -> Deadline {
        guard let duration, duration < .seconds(1_000_000_000) else { return .never }
        let (seconds, attoseconds) = duration.components
        guard seconds >= 0, attoseconds >= 0 else { return .now }
        return Deadline(nanoseconds: now.nanoseconds + UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds) / 1_000_000_000)
    }

    static func < (a: Deadline, b: Deadline) -> Bool { a.nanoseconds < b.nanoseconds }

    /// What `poll` wants: milliseconds from now, rounded up; -1 for never.
    var pollTimeout: Int32 {
        guard self != .never else { return -1 }
        let now = Deadline.now.nanoseconds
        return now >= nanoseconds ? 0 : Int32(clamping: (nanoseconds - now + 999_999) / 1_000_000)
    }
}
