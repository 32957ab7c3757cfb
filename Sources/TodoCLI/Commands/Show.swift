import ArgumentParser
import TodoClient
import TodoCore

struct Show: TodoCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show all about one task.",
        discussion: """
            EXAMPLES
              todo show 12
              todo show WEB-3 --json
            """)

    @Argument(help: "The task: 12, or WEB-12 in a list.", transform: Arguments.reference)
    var reference: TaskReference

    @OptionGroup var output: OutputOptions

    func run(in context: CommandContext) async throws {
        let task = try await context.client().task(reference)
        if output.json || output.quiet { return try output.tell("", task, in: context) }
        for line in TaskDetails.lines(task, in: context) { try context.io.write(line + "\n") }
    }
}
