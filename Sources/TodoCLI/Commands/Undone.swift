import ArgumentParser
import TodoClient
import TodoCore

struct Undone: TodoCommand {
    static let configuration = CommandConfiguration(
        abstract: "Mark tasks as not done after all.",
        discussion: """
            EXAMPLES
              todo undone 12
              todo undone 12 WEB-4
            """)

    @Argument(help: "The tasks: 12, or WEB-12 in a list.", transform: Arguments.reference)
    var references: [TaskReference]

    @OptionGroup var output: OutputOptions

    func run(in context: CommandContext) async throws {
        let client = try context.client()
        try await forEach(references, "Reopened", output, in: context) { reference in
            try await client.update(reference, TaskPatch(done: false))
        }
    }
}
