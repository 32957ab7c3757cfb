import ArgumentParser
import TodoClient
import TodoCore

struct Register: TodoCommand {
    static let configuration = CommandConfiguration(
        commandName: "register",
        abstract: "Make an account and log in.",
        discussion: """
            Asks for a password of 8 to 128 characters, twice.

            EXAMPLES
              todo register me@example.org
              pass show todo | todo register me@example.org --password-stdin
            """)

    @Argument(help: "Your email address.", transform: Arguments.email)
    var email: String

    @OptionGroup var password: PasswordOption
    @OptionGroup var dryRun: DryRunOption
    @OptionGroup var output: JSONOption
    @OptionGroup var common: CommonOptions

    func run(in context: CommandContext) async throws {
        let answer = try output.answer(dryRun.dryRun ? .request : .account, in: context)
        let client = try context.client(dryRun: dryRun.dryRun)
        let password = try self.password.readNew("Password: ", in: context)
        if dryRun.dryRun {
            let request = try await DryRun.plan { try await client.register(email: email, password: password) }
            return try answer.write(request) { "Would register \(Printable.line(email)) and log in." }
        }
        let user = try await client.register(email: email, password: password)
        try await client.login(email: email, password: password)
        try answer.write(user) { "Registered and logged in as \(Printable.line(user.email))." }
        Login.warnOfToken(client, answer)
    }
}
