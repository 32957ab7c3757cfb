import ArgumentParser
import TodoClient
import TodoCore

struct AccountDigest: TodoCommand {
    static let configuration = CommandConfiguration(
        commandName: "digest",
        abstract: "Turn the daily mail on or off.",
        discussion: """
            EXAMPLES
              todo account digest on
              todo account digest off
            """)

    enum Choice: String, ExpressibleByArgument, CaseIterable {
        case on, off
    }

    @Argument(help: "on or off.")
    var choice: Choice

    @OptionGroup var dryRun: DryRunOption
    @OptionGroup var output: JSONOption
    @OptionGroup var common: CommonOptions

    func run(in context: CommandContext) async throws {
        try await AccountChange(dryRun, output, in: context).run(planned: "Would turn the digest \(choice.rawValue)") {
            try await $0.updateAccount(AccountPatch(digestEnabled: choice == .on))
        } words: { user in
            "The digest is \(user.digestEnabled ? "on" : "off")."
        }
    }
}
