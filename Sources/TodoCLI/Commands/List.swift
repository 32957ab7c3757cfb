import ArgumentParser
import TodoClient
import TodoCore

struct List: TodoCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls",
        abstract: "List your tasks.",
        discussion: """
            Without filters: all tasks that are not deleted. People see the open ones first and the done ones last; JSON has
            the same tasks, newest first. Several filters must all hold.

            EXAMPLES
              todo ls
              todo ls --open --tag home --tag errand
              todo ls --list WEB --query release
              todo ls --due-before 2026-12-01
              todo ls --json | python3 -m json.tool
            """,
        aliases: ["list"])

    @Flag(help: "Only tasks that are not done.")
    var open = false

    @Flag(help: "Only tasks that are done.")
    var done = false

    @Flag(name: [.short, .long], help: "Open and done ones, as without --open and --done.")
    var all = false

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

    @Option(help: "Due before this day: YYYY-MM-DD, today or tomorrow.", transform: Arguments.day)
    var dueBefore: DayChoice?

    @Option(help: "Due after this day.", transform: Arguments.day)
    var dueAfter: DayChoice?

    @OptionGroup var output: OutputOptions

    func validate() throws {
        if [open, done, all].filter({ $0 }).count > 1 {
            throw ValidationError("--open, --done and --all exclude each other.")
        }
    }

    func run(in context: CommandContext) async throws {
        var filter = TaskFilter()
        filter.done = done ? true : open ? false : nil
        filter.deleted = deleted
        filter.list = list.map { $0.key ?? "inbox" }
        filter.tags = tag
        filter.priority = priority
        filter.text = query
        filter.dueBefore = try dueBefore?.date(today: context.today)
        filter.dueAfter = try dueAfter?.date(today: context.today)
        let hasFilter = filter != TaskFilter()
        let tasks = try await context.client().tasks(filter)
        if output.json { return try context.io.write(Printable.json(tasks) + "\n") }
        // The order of people: what is to do first. Within both parts the server's order stays.
        let ordered = tasks.filter { !$0.done } + tasks.filter(\.done)
        if output.quiet {
            return try context.io.write(ordered.map { Printable.line($0.reference) + "\n" }.joined())
        }
        if tasks.isEmpty {
            let hint = hasFilter ? "No task matches. See them all: todo ls" : "No tasks yet. Add one: todo add Buy milk"
            return context.io.writeError(hint + "\n")
        }
        let style = Style(context)
        let table = TaskTable(today: context.today, style: style, width: context.io.width)
        for line in table.lines(ordered) { try context.io.write(line + "\n") }
        if context.io.outputIsTerminal {
            let openCount = tasks.count { !$0.done }
            try context.io.write(style.dim("\(openCount) open, \(tasks.count - openCount) done") + "\n")
        }
    }
}
