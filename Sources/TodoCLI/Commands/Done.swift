import ArgumentParser
import TodoClient
import TodoCore

struct Done: TodoCommand {
    static let configuration = CommandConfiguration(
        commandName: "done",
        abstract: "Mark tasks as done.",
        discussion: """
            EXAMPLES
              todo done 12
              todo done 3 5 WEB-7
              todo done 3-6 WEB-3..6
              todo ls --tag errand --open --quiet | xargs todo done
            """)

    @OptionGroup var selected: EachTaskOptions
    @OptionGroup var common: CommonOptions

    func run(in context: CommandContext) async throws {
        let change = TaskChange(done: "Done", planned: "Would tick off") { client, reference, _ in
            try await client.update(reference, TaskPatch(done: true))
        }
        try await selected.forEach(in: context, change)
    }
}
