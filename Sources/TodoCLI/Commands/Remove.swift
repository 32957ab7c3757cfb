import ArgumentParser
import TodoClient
import TodoCore

struct Remove: TodoCommand {
    static let configuration = CommandConfiguration(
        commandName: "rm",
        abstract: "Delete tasks.",
        discussion: """
            Asks before each one. For 30 days `todo restore` brings a deleted task back.

            EXAMPLES
              todo rm 12
              todo rm 12 WEB-4 --yes
            """)

    @Argument(help: "The tasks: 12, or WEB-12 in a list.", transform: Arguments.reference)
    var references: [TaskReference]

    @Flag(name: [.short, .long], help: "Don't ask.")
    var yes = false

    @OptionGroup var output: OutputOptions

    func run(in context: CommandContext) async throws {
        guard yes || context.io.inputIsTerminal else {
            throw UsageError("There is nobody to ask. Say --yes to delete without a question.")
        }
        let client = try context.client()
        try await forEach(references, "Deleted", output, in: context) { reference in
            let task = try await client.task(reference)
            guard yes || confirm(task, in: context) else { return nil }
            try await client.delete(.id(task.id))
            return task
        }
    }

    private func confirm(_ task: TodoTask, in context: CommandContext) -> Bool {
        context.io.writeError("Delete \(Printable.line(task.reference)): \(Printable.line(task.title))? [y/N] ")
        let answer = context.io.readLine()?.lowercased() ?? ""
        return answer == "y" || answer == "yes"
    }
}
