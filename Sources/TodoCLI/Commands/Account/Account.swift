import ArgumentParser
import TodoClient
import TodoCore

struct Account: TodoCommand {
    static let configuration = CommandConfiguration(
        commandName: "account",
        abstract: "Show or change your account.",
        discussion: """
            EXAMPLES
              todo account
              todo account time-zone Europe/Berlin
              todo account digest off
              todo account password
            """,
        subcommands: [AccountTimeZone.self, AccountDigest.self, AccountPassword.self, AccountDelete.self])

    @OptionGroup var output: JSONOption
    @OptionGroup var common: CommonOptions

    func run(in context: CommandContext) async throws {
        let answer = try output.answer(.account, in: context)
        let client = try context.client()
        let user = try await client.me()
        try answer.write(user) {
            """
            email      \(Printable.line(user.email))
            server     \(client.configuration.url)
            time zone  \(Account.zone(of: user))
            digest     \(user.digestEnabled ? "on" : "off")
            since      \(context.localTime(user.createdAt))
            """
        }
    }

    static func zone(of user: User) -> String { user.timeZone.map(Printable.line) ?? "the server's" }
}

/// What all commands do that change the account.
struct AccountChange {
    let dryRun: Bool
    let answer: Answer
    let client: TodoClient

    init(_ dryRun: DryRunOption, _ output: JSONOption, in context: CommandContext) throws {
        self.dryRun = dryRun.dryRun
        answer = try output.answer(dryRun.dryRun ? .request : .account, in: context)
        client = try context.client(dryRun: dryRun.dryRun)
    }

    /// - Parameters:
    ///   - planned: What to say where it is only planned.
    ///   - words: What to say of the account afterwards.
    func run(planned: String, _ change: (TodoClient) async throws -> User, words: (User) -> String) async throws {
        if dryRun {
            // Whoever is not logged in would change nothing.
            _ = try await client.me()
            let request = try await DryRun.plan { _ = try await change(client) }
            return try answer.write(request) { planned }
        }
        let user = try await change(client)
        try answer.write(user) { words(user) }
    }
}
