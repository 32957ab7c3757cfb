import ArgumentParser
import TodoClient
import TodoCore

struct Stats: TodoCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Show how many tasks you have, and what was done in the last weeks.",
        discussion: """
            Days are those of the time zone of your account.

            EXAMPLES
              todo stats
              todo stats --json=undone,overdue
            """)

    @OptionGroup var output: JSONOption
    @OptionGroup var common: CommonOptions

    func run(in context: CommandContext) async throws {
        let answer = try output.answer(.stats, in: context)
        let stats = try await context.client().stats()
        try answer.write(stats) { Stats.lines(stats, in: context).joined(separator: "\n") }
    }

    private static func lines(_ stats: TaskStats, in context: CommandContext) -> [String] {
        let style = Style(context)
        let counts = [
            ("open", stats.undone, Style.plain), ("  overdue", stats.overdue, style.red),
            ("  due today", stats.dueToday, style.yellow), ("done", stats.done, style.green),
            ("in all", stats.total, Style.plain),
        ]
        let digits = counts.map { "\($0.1)".count }.max() ?? 1
        let lines = counts.map { name, count, style in
            let number = "\(count)"
            let gap = String(repeating: " ", count: digits - number.count + 1)
            return DisplayWidth.padded(name, to: 11) + gap + (count > 0 ? style(number) : number)
        }
        let chart = DayChart(stats.donePerDay, width: context.io.width ?? 80, style: style).lines
        return lines + (chart.isEmpty ? [] : [""] + chart)
    }
}
