import ArgumentParser
import TodoClient
import TodoCore

/// Which tasks a command is about.
struct FilterOptions: ParsableArguments {
    @Flag(help: "Only tasks that are not done.")
    var open = false

    @Flag(help: "Only tasks that are done.")
    var done = false

    @Flag(name: [.short, .long], help: "Open and done ones, as without --open and --done.")
    var all = false

    @Flag(help: "Open tasks that are due today; with --overdue also those that were due before.")
    var today = false

    @Flag(help: "Open tasks that were due before today.")
    var overdue = false

    @Flag(help: "Deleted tasks, which can still be restored.")
    var deleted = false

    @Option(name: [.short, .long], help: "Of this list: its key, or inbox.", transform: Arguments.list)
    var list: ListChoice?

    @Option(name: [.short, .long], help: "With this tag; give it again for tasks that have them all.", transform: Arguments.tag)
    var tag: [String] = []

    @Option(name: [.short, .long], help: "Of this priority, 0 to 3.", transform: Arguments.priority)
    var priority: Int?

    @Option(name: .long, help: "With these words in title or notes.")
    var query: String?

    @Option(help: "Due before this day: fri, tomorrow, 24.12., 2026-12-24 …", transform: Arguments.day)
    var dueBefore: DayChoice?

    @Option(help: "Due after this day.", transform: Arguments.day)
    var dueAfter: DayChoice?

    func validate() throws {
        if [open, done, all].count(where: { $0 }) > 1 {
            throw ValidationError("--open, --done and --all exclude each other.")
        }
        if today || overdue, dueBefore != nil || dueAfter != nil {
            throw ValidationError("--today and --overdue don't go with --due-before and --due-after.")
        }
    }

    func filter(today day: LocalDate?) throws -> TaskFilter {
        var filter = TaskFilter()
        // What is due is of interest as long as it is open.
        filter.done = done ? true : open || (today || overdue) && !all ? false : nil
        filter.deleted = deleted
        filter.list = list.map { $0.key ?? "inbox" }
        filter.tags = tag
        filter.priority = priority
        filter.text = query
        filter.dueBefore = try dueBefore?.date(today: day)
        filter.dueAfter = try dueAfter?.date(today: day)
        if today || overdue {
            let day = try CommandContext.known(day)
            filter.dueBefore = today ? day.adding(days: 1) : day
            filter.dueAfter = overdue ? nil : day.adding(days: -1)
        }
        return filter
    }
}
