import ArgumentParser
import TodoCore

struct Version: TodoCommand {
    static let configuration = CommandConfiguration(
        commandName: "version",
        abstract: "Show the version of this program.",
        discussion: """
            EXAMPLES
              todo version
              todo version --json
            """)

    @OptionGroup var output: JSONOption
    @OptionGroup var common: CommonOptions

    func run(in context: CommandContext) async throws {
        try output.answer(.version, in: context).write(["version": Product.version]) { "todo \(Product.version)" }
    }
}
