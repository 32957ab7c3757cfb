import ArgumentParser
import TodoClient
import TodoCore

struct Restore: TodoCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring deleted tasks back.",
        discussion: """
            EXAMPLES
              todo ls --deleted
              todo restore 12
            """)

    @Argument(help: "The tasks: 12, or WEB-12 in a list.", transform: Arguments.reference)
    var references: [TaskReference]

    @OptionGroup var output: OutputOptions

    func run(in context: CommandContext) async throws {
        let client = try context.client()
        try await forEach(references, "Restored", output, in: context) { reference in
            try await client.restore(reference)
        }
    }
}
