import ArgumentParser
import TodoClient
import TodoCore

struct Logout: TodoCommand {
    static let configuration = CommandConfiguration(
        abstract: "Forget the login on this computer.",
        discussion: """
            EXAMPLES
              todo logout
            """)

    @OptionGroup var output: JSONOption

    func run(in context: CommandContext) async throws {
        let client = try context.client()
        let wasLoggedIn = try client.logout()
        if output.json { return try context.io.write(Printable.json(["logged_out": wasLoggedIn]) + "\n") }
        let server = client.configuration.url
        try context.io.write(wasLoggedIn ? "Logged out of \(server).\n" : "You were not logged in at \(server).\n")
        if client.configuration.token != nil {
            context.io.writeError("Note: TODO_TOKEN is set and still counts as a login.\n")
        }
    }
}
