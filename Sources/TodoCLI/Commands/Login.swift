import ArgumentParser
import TodoClient
import TodoCore

struct Login: TodoCommand {
    static let configuration = CommandConfiguration(
        commandName: "login",
        abstract: "Log in; the login is kept for later commands.",
        discussion: """
            EXAMPLES
              todo login me@example.org
              pass show todo | todo login me@example.org --password-stdin
              TODO_URL=https://todo.example.org todo login me@example.org
            """)

    @Argument(help: "Your email address.", transform: Arguments.email)
    var email: String

    @OptionGroup var password: PasswordOption
    @OptionGroup var output: JSONOption
    @OptionGroup var common: CommonOptions

    func run(in context: CommandContext) async throws {
        let answer = try output.answer(.login, in: context)
        let client = try context.client()
        let token = try await client.login(email: email, password: try password.read(in: context))
        let login = Outcome(email: email, expiresIn: token.expiresIn, url: client.configuration.url.text)
        try answer.write(login) { "Logged in as \(Printable.line(email))." }
        Login.warnOfToken(client, answer)
    }

    /// Without the token: it would end up in logs.
    private struct Outcome: Encodable {
        var email: String
        /// Seconds.
        var expiresIn: Int
        var url: String

        enum CodingKeys: String, CodingKey {
            case email
            case expiresIn = "expires_in"
            case url
        }
    }

    /// A login that the environment hides would seem not to work.
    static func warnOfToken(_ client: TodoClient, _ answer: Answer) {
        guard !answer.isJSON, client.configuration.token != nil else { return }
        answer.context.io.writeError("Note: TODO_TOKEN is set and is used instead of this login.\n")
    }
}
