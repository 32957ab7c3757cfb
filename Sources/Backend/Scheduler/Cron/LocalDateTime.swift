public import TodoCore

/// A minute on the clock of some place: a day and a time of day, without a zone.
public struct LocalDateTime: Sendable, Hashable, Comparable {
    public var date: LocalDate
    /// Minutes since midnight, 0–1439.
    public var minuteOfDay: Int

    /// Nil where there is no such time of day.
    public init?(date: LocalDate, hour: Int, minute: Int) {
        guard (0..<24).contains(hour), (0..<60).contains(minute) else { return nil }
        self.init(date: date, minuteOfDay: hour * 60 + minute)
    }

    init(date: LocalDate, minuteOfDay: Int) {
        self.date = date
        self.minuteOfDay = minuteOfDay
    }

    public static func < (a: LocalDateTime, b: LocalDateTime) -> Bool {
        (a.date, a.minuteOfDay) < (b.date, b.minuteOfDay)
    }
}

extension LocalDateTime: CustomStringConvertible {
    /// `2026-11-21 07:05`.
    public var description: String {
        let (hour, minute) = minuteOfDay.quotientAndRemainder(dividingBy: 60)
        return "\(date) \(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute)"
    }

    /// Reads what ``description`` writes; whatever follows the minutes (seconds) is cut off.
    public init?(_ text: some StringProtocol) {
        let time = text.dropFirst(11).prefix(5).split(separator: ":", omittingEmptySubsequences: false)
        guard let date = LocalDate(text.prefix(10)), time.count == 2,
            time.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            let hour = Int(time[0]), let minute = Int(time[1])
        else { return nil }
        self.init(date: date, hour: hour, minute: minute)
    }
}
