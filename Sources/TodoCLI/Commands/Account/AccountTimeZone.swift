import ArgumentParser
import TodoClient
import TodoCore

struct AccountTimeZone: TodoCommand {
    static let configuration = CommandConfiguration(
        commandName: "time-zone",
        abstract: "Set the time zone of your digests and statistics.",
        discussion: """
            The commands themselves go by the clock of this computer.

            EXAMPLES
              todo account time-zone Europe/Berlin
              todo account time-zone none
            """)

    @Argument(help: "A name like Europe/Berlin; none for the server's.")
    var zone: String

    @OptionGroup var dryRun: DryRunOption
    @OptionGroup var output: JSONOption
    @OptionGroup var common: CommonOptions

    func run(in context: CommandContext) async throws {
        let zone = zone.lowercased() == "none" ? nil : zone
        let shown = zone.map(Printable.line) ?? "the server's"
        try await AccountChange(dryRun, output, in: context).run(planned: "Would set the time zone: \(shown)") {
            try await $0.updateAccount(AccountPatch(timeZone: .some(zone)))
        } words: { user in
            "Time zone: \(Account.zone(of: user))"
        }
    }
}
