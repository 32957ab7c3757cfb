import ArgumentParser
import TodoClient
import TodoCore

struct Register: TodoCommand {
    static let configuration = CommandConfiguration(
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
    @OptionGroup var output: JSONOption

    func run(in context: CommandContext) async throws {
        let client = try context.client()
        let password = try self.password.read(in: context)
        do throws(Limits.Fault) {
            _ = try Limits.password(password)
        } catch { throw UsageError("The password \(error.message).") }
        if !self.password.passwordStdin {
            guard try self.password.read(prompt: "The same again: ", in: context) == password else {
                throw UsageError("The two passwords differ. Nothing was done.")
            }
        }
        let user = try await client.register(email: email, password: password)
        try await client.login(email: email, password: password)
        if output.json { return try context.io.write(Printable.json(user) + "\n") }
        try context.io.write("Registered and logged in as \(Printable.line(user.email)).\n")
        Login.warnOfToken(client, in: context)
    }
}
