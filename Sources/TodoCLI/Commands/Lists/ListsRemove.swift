import ArgumentParser
import TodoClient
import TodoCore

struct ListsRemove: TodoCommand {
    static let configuration = CommandConfiguration(
        commandName: "rm",
        abstract: "Delete a list.",
        discussion: """
            A list that has tasks is left alone, unless --move takes them to the inbox, where they get other references. \
            Asks before; a script has to say --yes.

            EXAMPLES
              todo lists rm WEB
              todo lists rm WEB --move --yes
            """)

    @Argument(help: "The list's key.", transform: Arguments.listKey)
    var list: String

    @Flag(help: "Move its tasks to the inbox.")
    var move = false

    @Flag(name: [.short, .long], help: "Don't ask.")
    var yes = false

    @OptionGroup var dryRun: DryRunOption
    @OptionGroup var output: OutputOptions
    @OptionGroup var common: CommonOptions

    func run(in context: CommandContext) async throws {
        let answer = try output.answer(dryRun.dryRun ? .request : .list, in: context)
        let asks = !yes && !dryRun.dryRun
        guard !asks || context.io.inputIsTerminal else {
            throw UsageError("There is nobody to ask. Say --yes to delete without a question.")
        }
        let client = try context.client(dryRun: dryRun.dryRun)
        let old = try await Lists.find(list, with: client)
        if dryRun.dryRun {
            let request = try await DryRun.plan { try await client.deleteList(list, movingTasks: move) }
            return try answer.write(request, reference: list) { "Would delete list \(old.words)" }
        }
        let moving = move ? " and move its tasks to the inbox" : ""
        guard !asks || context.io.confirm("Delete list \(old.words)\(moving)?") else { return }
        do {
            try await client.deleteList(list, movingTasks: move)
        } catch {
            guard case .conflict = error, !move else { throw error }
            let title = "The list \(list) has tasks. Delete them first, or say --move to move them to the inbox"
            throw ClientError.conflict(Problem(title: title, status: 409))
        }
        try answer.write(old, reference: old.key) { "Deleted list \(old.words)" }
    }
}
