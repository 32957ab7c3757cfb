import TodoCore

/// A cron expression that can't be used, in words that name the field.
public struct CronError: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String

    init(_ kind: CronField.Kind, _ fault: String) {
        description = "the field \(kind.name) is wrong: \(fault)"
    }

    init(_ fault: String) {
        description = fault
    }
}

/// When something is due, by the clock on the wall: minute, hour, day of month, month, day of week.
///
/// Fields by crontab(5): `*`, numbers, names (`JAN`, `MON`), ranges, steps and lists; Sunday is 0 and 7. Where both day
/// fields are restricted (neither begins with `*`), a day that fits either of them is meant.
public struct CronExpression: Sendable, Hashable {
    private let minute: CronField
    private let hour: CronField
    private let dayOfMonth: CronField
    private let month: CronField
    private let dayOfWeek: CronField

    /// Reads five fields with white space between them.
    public init(_ text: String) throws(CronError) {
        let fields = text.split(whereSeparator: \.isWhitespace)
        guard fields.count == 5 else {
            throw CronError(
                "a cron expression has 5 fields (minute, hour, day of month, month, day of week), \"\(text)\" has \(fields.count)"
            )
        }
        minute = try CronField(fields[0], .minute)
        hour = try CronField(fields[1], .hour)
        dayOfMonth = try CronField(fields[2], .dayOfMonth)
        month = try CronField(fields[3], .month)
        dayOfWeek = try CronField(fields[4], .dayOfWeek)
    }

    /// The last slot that is not after `time`; nil where there was none in 45 years.
    public func lastSlot(atOrBefore time: LocalDateTime) -> LocalDateTime? {
        if matches(time.date), let minute = lastMinute(atOrBefore: time.minuteOfDay) {
            return LocalDateTime(date: time.date, minuteOfDay: minute)
        }
        guard let day = day(from: time.date, by: -1), let minute = lastMinute(atOrBefore: 1439) else { return nil }
        return LocalDateTime(date: day, minuteOfDay: minute)
    }

    /// The first slot after `time`; nil where there is none in 45 years (`0 0 30 2 *` never comes).
    public func nextSlot(after time: LocalDateTime) -> LocalDateTime? {
        if matches(time.date), let minute = nextMinute(atOrAfter: time.minuteOfDay + 1) {
            return LocalDateTime(date: time.date, minuteOfDay: minute)
        }
        guard let day = day(from: time.date, by: 1), let minute = nextMinute(atOrAfter: 0) else { return nil }
        return LocalDateTime(date: day, minuteOfDay: minute)
    }

    private func matches(_ date: LocalDate) -> Bool {
        guard month.contains(date.month) else { return false }
        let byMonth = dayOfMonth.contains(date.day), byWeek = dayOfWeek.contains(date.weekday)
        return dayOfMonth.isStar || dayOfWeek.isStar ? byMonth && byWeek : byMonth || byWeek
    }

    /// The nearest day that matches, after (1) or before (-1) `date`. The longest wait there is, a 29 February on a given
    /// day of the week over a year like 2100, is 40 years.
    private func day(from date: LocalDate, by step: Int) -> LocalDate? {
        var day = date.adding(days: step)
        while let candidate = day, abs(candidate.year - date.year) <= 45 {
            if matches(candidate) { return candidate }
            if month.contains(candidate.month) {
                day = candidate.adding(days: step)
            } else {
                // The nearest day of the neighbouring month.
                let length = LocalDate.days(inMonth: candidate.month, of: candidate.year)
                day = candidate.adding(days: step > 0 ? length - candidate.day + 1 : -candidate.day)
            }
        }
        return nil
    }

    private func lastMinute(atOrBefore minuteOfDay: Int) -> Int? {
        let (h, m) = minuteOfDay.quotientAndRemainder(dividingBy: 60)
        if hour.contains(h), let found = minute.last(atOrBefore: m) { return h * 60 + found }
        guard h > 0, let earlier = hour.last(atOrBefore: h - 1), let last = minute.last(atOrBefore: 59) else { return nil }
        return earlier * 60 + last
    }

    private func nextMinute(atOrAfter minuteOfDay: Int) -> Int? {
        let (h, m) = minuteOfDay.quotientAndRemainder(dividingBy: 60)
        if hour.contains(h), let found = minute.next(atOrAfter: m) { return h * 60 + found }
        guard let later = hour.next(atOrAfter: h + 1), let first = minute.next(atOrAfter: 0) else { return nil }
        return later * 60 + first
    }
}
