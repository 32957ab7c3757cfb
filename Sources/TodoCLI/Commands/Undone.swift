import ArgumentParser
import TodoClient
import TodoCore

struct Undone: TodoCommand {
    static let configuration = CommandConfiguration(
        commandName: "undone",
        abstract: "Mark tasks as not done after all.",
        discussion: """
            EXAMPLES
              todo undone 12
              todo undone 12 WEB-4
            """)

    @OptionGroup var selected: EachTaskOptions
    @OptionGroup var common: CommonOptions

    func run(in context: CommandContext) async throws {
        let change = TaskChange(done: "Reopened", planned: "Would reopen") { client, reference, _ in
            try await client.update(reference, TaskPatch(done: false))
        }
        try await selected.forEach(in: context, change)
    }
}
