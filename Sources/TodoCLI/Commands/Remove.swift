import ArgumentParser
import TodoClient
import TodoCore

struct Remove: TodoCommand {
    static let configuration = CommandConfiguration(
        commandName: "rm",
        abstract: "Delete tasks.",
        discussion: """
            Asks before each one; a script has to say --yes. For 30 days `todo restore` brings a deleted task back.

            EXAMPLES
              todo rm 12
              todo rm 12 WEB-4..6 --yes
            """)

    @Flag(name: [.short, .long], help: "Don't ask.")
    var yes = false

    @OptionGroup var selected: EachTaskOptions
    @OptionGroup var common: CommonOptions

    func run(in context: CommandContext) async throws {
        let asks = !yes && !selected.dryRun.dryRun
        guard !asks || context.io.inputIsTerminal else {
            throw UsageError("There is nobody to ask. Say --yes to delete without a question.")
        }
        let change = TaskChange(done: "Deleted", planned: "Would delete") { client, reference, found in
            let task = if let found { found } else { try await client.task(reference) }
            try await client.delete(.id(task.id))
            return task
        }
        guard asks else { return try await selected.forEach(in: context, change) }
        try await selected.forEach(in: context, change, atOnce: 1) { task in
            context.io.confirm("Delete \(Printable.line(task.reference)): \(Printable.line(task.title))?")
        }
    }
}
