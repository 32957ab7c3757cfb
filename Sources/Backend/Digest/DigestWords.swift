import TodoCore

/// The sentences of a digest, in English, with the numbers right.
struct DigestWords {
    let subject: String
    let headline: String
    let counts: String
    let date: String

    init(_ content: DigestContent) {
        let stats = content.stats
        let short = "\(stats.undone) open, \(stats.done) done"
        let tasks = stats.total == 1 ? "task" : "tasks"
        date = Self.long(content.date)
        subject = "\(short): your \(tasks) for \(Self.short(content.date))"
        headline =
            switch stats.undone {
            case 0: "Nothing is open. Well done!"
            case 1: "1 task is open"
            default: "\(stats.undone) tasks are open"
            }
        counts = "\(short), \(stats.total) \(tasks) in all"
    }

    /// When a task is due, seen from that day, and whether it should stand out.
    static func due(_ due: LocalDate, from today: LocalDate) -> (text: String, isPressing: Bool) {
        if due == today { return ("due today", true) }
        let day = due.year == today.year ? "\(due.day) \(months[due.month - 1].prefix(3))" : short(due)
        return due < today ? ("overdue since \(day)", true) : ("due \(day)", false)
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
