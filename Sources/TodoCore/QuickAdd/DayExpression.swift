/// A day as people type it: `today`, `fri`, `next-fri`, `24.12.`, `dec-24`, `2026-12-24`, `in-3-days`, `2w`, `eom`.
///
/// One grammar for the command line, the screen and the page; `docs/quick-add.md` describes it. Weeks begin on Monday. A day
/// without a year is the next such day, today included; a weekday is the next one after today.
public enum DayExpression {
    /// The day that the text names, in any case; nil where it names none, or none in the years 1 to 9999.
    ///
    /// - Parameter today: the day that it is where the user is.
    public static func date(_ text: String, today: LocalDate) -> LocalDate? {
        // Before the change of case: the sign for Kelvin would become a plain k.
        guard text.utf8.count <= longest, text.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        let word = text.lowercased()
        return named(word, today) ?? weekday(word, today) ?? LocalDate(word) ?? dotted(word, today)
            ?? monthAndDay(word, today) ?? distance(word, today)
    }

    /// The day in words, with its year where that is not this one: `Fri 27 Nov`, `Sat 27 Nov 2027`.
    public static func words(for date: LocalDate, today: LocalDate) -> String {
        let weekday = weekdays[date.weekday].prefix(3), month = months[date.month - 1].prefix(3)
        return "\(weekday) \(date.day) \(month)" + (date.year == today.year ? "" : " \(date.year)")
    }

    /// No form is longer; so a long word costs nothing.
    private static let longest = 20
    private static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
    ]

    private static func named(_ word: String, _ today: LocalDate) -> LocalDate? {
        switch word {
        case "today", "tod": today
        case "tomorrow", "tom": today.adding(days: 1)
        case "yesterday": today.adding(days: -1)
        case "eow": today.adding(days: 6 - today.daysSinceMonday)
        case "eom":
            LocalDate(
                year: today.year, month: today.month, day: LocalDate.days(inMonth: today.month, of: today.year))
        case "eoy": LocalDate(year: today.year, month: 12, day: 31)
        default: nil
        }
    }

    /// `fri`: the next one after today. `next-fri`: the one of the week after this one.
    private static func weekday(_ word: String, _ today: LocalDate) -> LocalDate? {
        let next = "next-"
        if word.hasPrefix(next) {
            guard let weekday = index(of: word.dropFirst(next.count), in: weekdays) else { return nil }
            return today.adding(days: 7 - today.daysSinceMonday + (weekday + 6) % 7)
        }
        guard let weekday = index(of: word[...], in: weekdays) else { return nil }
        return today.adding(days: (weekday - today.weekday + 6) % 7 + 1)
    }

    /// `24.12.`, `24.12.2026`, `24.12.26` (of this century).
    private static func dotted(_ word: String, _ today: LocalDate) -> LocalDate? {
        let parts = word.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let day = number(parts[0], digits: 1...2), let month = number(parts[1], digits: 1...2)
        else { return nil }
        if parts[2].isEmpty { return next(month: month, day: day, today) }
        guard let year = number(parts[2], digits: 2...4), parts[2].utf8.count != 3 else { return nil }
        let century = parts[2].utf8.count == 2 ? today.year / 100 * 100 : 0
        return LocalDate(year: century + year, month: month, day: day)
    }

    /// `dec-24` and `24-dec`.
    private static func monthAndDay(_ word: String, _ today: LocalDate) -> LocalDate? {
        let parts = word.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        for (name, digits) in [(parts[0], parts[1]), (parts[1], parts[0])] {
            if let month = index(of: name, in: months), let day = number(digits, digits: 1...2) {
                return next(month: month + 1, day: day, today)
            }
        }
        return nil
    }

    /// `in-3-days` and `3d`.
    private static func distance(_ word: String, _ today: LocalDate) -> LocalDate? {
        let parts = word.split(separator: "-", omittingEmptySubsequences: false)
        let digits: Substring, unit: Character?
        if parts.count == 3, parts[0] == "in" {
            let isUnit = ["day", "week", "month", "year"].contains { parts[2] == $0 || parts[2] == $0 + "s" }
            (digits, unit) = (parts[1], isUnit ? parts[2].first : nil)
        } else {
            (digits, unit) = (word.dropLast(), word.last)
        }
        guard let count = number(digits, digits: 1...5) else { return nil }
        switch unit {
        case "d": return today.adding(days: count)
        case "w": return today.adding(days: 7 * count)
        case "m": return today.adding(months: count)
        case "y": return today.adding(months: 12 * count)
        default: return nil
        }
    }

    /// The next such day, today included. Eight years on, because 1900 and the like have no 29 February.
    private static func next(month: Int, day: Int, _ today: LocalDate) -> LocalDate? {
        for year in today.year...today.year + 8 {
            if let date = LocalDate(year: year, month: month, day: day), date >= today { return date }
        }
        return nil
    }

    /// Which of the names begins so; three letters tell them all apart.
    private static func index(of word: Substring, in names: [String]) -> Int? {
        word.utf8.count < 3 ? nil : names.firstIndex { $0.lowercased().hasPrefix(word) }
    }

    private static func number(_ text: Substring, digits: ClosedRange<Int>) -> Int? {
        guard digits.contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(text)
    }
}

extension LocalDate {
    /// 0 on Monday, 6 on Sunday.
    fileprivate var daysSinceMonday: Int { (weekday + 6) % 7 }

    /// The same day so many months later, or that month's last one where it is shorter; nil after the year 9999.
    fileprivate func adding(months: Int) -> LocalDate? {
        let total = year * 12 + (month - 1) + months
        let (year, month) = (total / 12, total % 12 + 1)
        return LocalDate(year: year, month: month, day: min(day, LocalDate.days(inMonth: month, of: year)))
    }
}
