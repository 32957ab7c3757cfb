import ArgumentParser
import TodoClient
import TodoCore

struct AccountDelete: TodoCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete your account with all its tasks, at once and for good.",
        discussion: """
            Asks for your email address first; a script has to say --yes. Keep what you need before: todo export.

            EXAMPLES
              todo account delete
            """)

    @Flag(name: [.short, .long], help: "Don't ask.")
    var yes = false

    @OptionGroup var dryRun: DryRunOption
    @OptionGroup var output: JSONOption
    @OptionGroup var common: CommonOptions

    func run(in context: CommandContext) async throws {
        let answer = try output.answer(dryRun.dryRun ? .request : .deletion, in: context)
        let asks = !yes && !dryRun.dryRun
        guard !asks || context.io.inputIsTerminal else {
            throw UsageError("There is nobody to ask. Say --yes to delete the account without a question.")
        }
        let client = try context.client(dryRun: dryRun.dryRun)
        let user = try await client.me()
        let email = Printable.line(user.email)
        if dryRun.dryRun {
            let request = try await DryRun.plan { try await client.deleteAccount() }
            return try answer.write(request) { "Would delete the account \(email) with all its tasks." }
        }
        if asks {
            let question =
                "This deletes \(email) at \(client.configuration.url) with all its tasks, for good.\nType the email address: "
            guard context.io.ask(question)?.lowercased() == user.email.lowercased() else {
                throw UsageError("That is not the address. Nothing was deleted.")
            }
        }
        try await client.deleteAccount()
        try answer.write(["deleted": user.email]) { "Deleted the account \(email)." }
    }
}
