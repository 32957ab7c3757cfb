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
              todo whoami --json
            """)

    @OptionGroup var output: JSONOption

    @Flag(name: [.short, .long], help: "Print the email address only.")
    var quiet = false

    func run(in context: CommandContext) async throws {
        let client = try context.client()
        let user = try await client.me()
        if output.json { return try context.io.write(Printable.json(user) + "\n") }
        let email = Printable.line(user.email)
        try context.io.write(quiet ? "\(email)\n" : "\(email) at \(client.configuration.url)\n")
    }
}
