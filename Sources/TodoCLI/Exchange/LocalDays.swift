package import FoundationEssentials
package import TodoCore

/// Instants and days where the user is.
package struct LocalDays: Sendable {
    /// `2026-11-22 09:30`.
    private let localTime: @Sendable (Date) -> String

    package init(localTime: @escaping @Sendable (Date) -> String) { self.localTime = localTime }

    /// The day of an instant, and whether it is the day's first moment.
    package func day(ofSeconds seconds: Int) -> (day: LocalDate, isMidnight: Bool)? {
        let text = localTime(Date(timeIntervalSince1970: Double(seconds)))
        return LocalDate(text.prefix(10)).map { ($0, text.hasSuffix(" 00:00") && seconds % 60 == 0) }
    }

    /// The first instant of a day, in seconds since 1970. Where a zone skips midnight it is the first after that.
    package func start(of day: LocalDate) -> Int {
        let utc = day.daysSince1970 * 86_400
        // No zone is further from UTC than 14 hours, and days begin at full quarters of hours.
        var low = utc - 15 * 3600
        var high = utc + 15 * 3600
        while high - low > 900 {
            let middle = low + (high - low) / 1800 * 900
            if let (found, _) = self.day(ofSeconds: middle), found < day { low = middle } else { high = middle }
        }
        return high
    }
}

/// `20261122T093000Z`, as Taskwarrior writes instants.
package enum TaskwarriorDate {
    package static func text(seconds: Int) -> String {
        Timestamp.text(microsecondsSince1970: Int64(seconds) * 1_000_000).prefix(19).filter { $0 != "-" && $0 != ":" } + "Z"
    }

    /// Seconds since 1970; nil where it is no instant. RFC 3339 is read too.
    package static func seconds(_ text: String) -> Int? {
        let bytes = Array(text.utf8)
        var standard = text
        if bytes.count == 16, bytes[8] == UInt8(ascii: "T") {
            func part(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
            standard = "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T\(part(9..<11)):\(part(11..<13)):\(part(13..<16))"
        }
        return Timestamp.date(standard).map { Int($0.timeIntervalSince1970.rounded(.down)) }
    }
}
