import ArgumentParser
import TodoClient
import TodoCore

struct Login: TodoCommand {
    static let configuration = CommandConfiguration(
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

    func run(in context: CommandContext) async throws {
        let client = try context.client()
        let token = try await client.login(email: email, password: try password.read(in: context))
        if output.json {
            // Not the token: it would end up in logs.
            struct Answer: Encodable {
                var email: String
                var expires_in: Int
                var url: String
            }
            let answer = Answer(email: email, expires_in: token.expiresIn, url: client.configuration.url.text)
            return try context.io.write(Printable.json(answer) + "\n")
        }
        try context.io.write("Logged in as \(Printable.line(email)).\n")
        Login.warnOfToken(client, in: context)
    }

    /// A login that the environment hides would seem not to work.
    static func warnOfToken(_ client: TodoClient, in context: CommandContext) {
        guard client.configuration.token != nil else { return }
        context.io.writeError("Note: TODO_TOKEN is set and is used instead of this login.\n")
    }
}
