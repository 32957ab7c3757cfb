import TodoCore

/// The sentences of a digest, in English, with the numbers right. No word of them is the user's.
struct DigestWords {
    /// One line of ASCII: what a person wants to know before opening the mail.
    let subject: String
    let headline: String
    let counts: String
    let date: String

    init(_ content: DigestContent) {
        let stats = content.stats
        date = Self.long(content.date)
        counts = "\(stats.undone) open, \(stats.done) done, \(stats.total) \(stats.total == 1 ? "task" : "tasks") in all"
        let due = content.counts.map { counts in
            [(counts.dueToday, "due today"), (counts.overdue, "overdue")].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
                .joined(separator: ", ")
        }
        if stats.undone == 0 {
            subject = "Nothing is open"
            headline = "Nothing is open. Well done!"
        } else if let due {
            subject = due.isEmpty ? "\(stats.undone) open, nothing due today" : due
            headline = subject
        } else {
            subject = "\(stats.undone) open, \(stats.done) done"
            headline = stats.undone == 1 ? "1 task is open" : "\(stats.undone) tasks are open"
        }
    }

    /// What else there is to say of an open task, such as `due 19 Nov, high priority`; empty when there is nothing.
    static func details(of item: DailyDigest.Item, on today: LocalDate) -> String {
        var details: [String] = []
        if let due = item.dueOn, due != today {
            details.append("due \(due.year == today.year ? "\(due.day) \(months[due.month - 1].prefix(3))" : short(due))")
        }
        if let priority = [1: "low", 2: "medium", 3: "high"][item.priority] { details.append("\(priority) priority") }
        return details.joined(separator: ", ")
    }

    /// `Saturday, 21 November 2026`.
    static func long(_ date: LocalDate) -> String {
        "\(weekdays[date.weekday]), \(date.day) \(months[date.month - 1]) \(date.year)"
    }

    /// `21 Nov 2026`.
    static func short(_ date: LocalDate) -> String { "\(date.day) \(months[date.month - 1].prefix(3)) \(date.year)" }

    private static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
    ]
}
