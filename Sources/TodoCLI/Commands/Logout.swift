import ArgumentParser
import TodoClient
import TodoCore

struct Logout: TodoCommand {
    static let configuration = CommandConfiguration(
        commandName: "logout",
        abstract: "Forget the login on this computer.",
        discussion: """
            EXAMPLES
              todo logout
            """)

    @OptionGroup var output: JSONOption
    @OptionGroup var common: CommonOptions

    func run(in context: CommandContext) async throws {
        let answer = try output.answer(.logout, in: context)
        let client = try context.client()
        let wasLoggedIn = try client.logout()
        let server = client.configuration.url
        try answer.write(["logged_out": wasLoggedIn]) {
            wasLoggedIn ? "Logged out of \(server)." : "You were not logged in at \(server)."
        }
        if !answer.isJSON, client.configuration.token != nil {
            context.io.writeError("Note: TODO_TOKEN is set and still counts as a login.\n")
        }
    }
}
