import ArgumentParser
import TodoCore

struct Version: TodoCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the version of this program.",
        discussion: """
            EXAMPLES
              todo version
              todo version --json
            """)

    @OptionGroup var output: JSONOption

    func run(in context: CommandContext) async throws {
        try context.io.write(
            output.json ? Printable.json(["version": Product.version]) + "\n" : "todo \(Product.version)\n")
    }
}
