import ArgumentParser
import TodoClient
import TodoCore

struct List: TodoCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls",
        abstract: "List your tasks.",
        discussion: """
            Without filters: all tasks that are not deleted. People see the open ones first and the done ones last; JSON has \
            the same tasks in the order of --sort alone, by default newest first. Several filters must all hold.

            EXAMPLES
              todo ls
              todo ls --today --overdue
              todo ls --open --tag home --tag errand
              todo ls --list WEB --query release
              todo ls --due-before next-mon --sort due
              todo ls --sort -priority --limit 10
              todo ls --json=reference,title | python3 -m json.tool
            """,
        aliases: ["list"])

    @OptionGroup var filter: FilterOptions

    @Option(
        parsing: .unconditional,
        help: "Order by created, updated, due, priority, title or done_at; the other way round with a dash: -due.",
        completion: .list(TaskSort.all), transform: Arguments.sort)
    var sort: TaskSort?

    @Option(help: "At most so many tasks, the first ones of the order.", transform: Arguments.limit)
    var limit: Int?

    @OptionGroup var output: OutputOptions
    @OptionGroup var common: CommonOptions

    func run(in context: CommandContext) async throws {
        let answer = try output.answer(.task, in: context)
        var filter = try filter.filter(today: context.today)
        let hasFilter = filter != TaskFilter()
        filter.sort = sort
        if let limit { filter.pageSize = min(limit, filter.pageSize) }
        let pages = TaskPages(client: try context.client(), filter: filter, limit: limit)
        switch answer.form {
        case .json, .lines: try await pages.writeJSON(answer)
        case .references, .people:
            let (tasks, total) = try await pages.tasks()
            // The order of people: what is to do first. Within both parts the server's order stays.
            let ordered = tasks.filter { !$0.done } + tasks.filter(\.done)
            if answer.form == .references {
                return try context.io.write(ordered.map { Printable.line($0.reference) + "\n" }.joined())
            }
            try write(ordered, of: total, hasFilter: hasFilter, in: context)
        }
    }

    private func write(_ tasks: [TodoTask], of total: Int, hasFilter: Bool, in context: CommandContext) throws {
        if tasks.isEmpty {
            let hint = hasFilter ? "No task matches. See them all: todo ls" : "No tasks yet. Add one: todo add Buy milk"
            return context.io.writeError(hint + "\n")
        }
        let style = Style(context)
        let table = TaskTable(today: context.today, style: style, width: context.io.width)
        for line in table.lines(tasks) { try context.io.write(line + "\n") }
        guard context.io.outputIsTerminal else { return }
        let openCount = tasks.count { !$0.done }
        let more = total > tasks.count ? ", \(tasks.count) of \(total) shown" : ""
        try context.io.write(style.dim("\(openCount) open, \(tasks.count - openCount) done\(more)") + "\n")
    }
}
