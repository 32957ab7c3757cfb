import ArgumentParser
import TodoClient
import TodoCore

struct Done: TodoCommand {
    static let configuration = CommandConfiguration(
        abstract: "Mark tasks as done.",
        discussion: """
            EXAMPLES
              todo done 12
              todo done 12 13 WEB-4
              todo ls --tag errand --open --quiet | xargs todo done
            """)

    @Argument(help: "The tasks: 12, or WEB-12 in a list.", transform: Arguments.reference)
    var references: [TaskReference]

    @OptionGroup var output: OutputOptions

    func run(in context: CommandContext) async throws {
        let client = try context.client()
        try await forEach(references, "Done", output, in: context) { reference in
            try await client.update(reference, TaskPatch(done: true))
        }
    }
}
