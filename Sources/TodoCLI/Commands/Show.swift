import ArgumentParser
import TodoClient
import TodoCore

struct Show: TodoCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show all about one task.",
        discussion: """
            EXAMPLES
              todo show 12
              todo show WEB-3 --json
              todo show 12 --json=title,notes
            """)

    @Argument(help: "The task: 12, or WEB-12 in a list.", transform: Arguments.reference)
    var reference: TaskReference

    @OptionGroup var output: OutputOptions
    @OptionGroup var common: CommonOptions

    func run(in context: CommandContext) async throws {
        let answer = try output.answer(.task, in: context)
        let task = try await context.client().task(reference)
        try answer.write(task, reference: task.reference) { TaskDetails.lines(task, in: context).joined(separator: "\n") }
    }
}
