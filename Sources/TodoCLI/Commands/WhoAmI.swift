import ArgumentParser
import TodoClient
import TodoCore

struct WhoAmI: TodoCommand {
    static let configuration = CommandConfiguration(
        commandName: "whoami",
        abstract: "Show who is logged in, and where.",
        discussion: """
            EXAMPLES
              todo whoami
              todo whoami --json=email
            """)

    @OptionGroup var output: JSONOption
    @OptionGroup var common: CommonOptions

    @Flag(name: [.short, .long], help: "Print the email address only.")
    var quiet = false

    func run(in context: CommandContext) async throws {
        let answer = try output.answer(.account, in: context)
        let client = try context.client()
        let user = try await client.me()
        let email = Printable.line(user.email)
        try answer.write(user) { quiet ? email : "\(email) at \(client.configuration.url)" }
    }
}
