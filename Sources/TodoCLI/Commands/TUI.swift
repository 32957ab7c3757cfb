import ArgumentParser

struct TUI: TodoCommand {
    static let configuration = CommandConfiguration(
        commandName: "tui",
        abstract: "Start todo-tui, the program for the whole terminal.",
        discussion: """
            What follows -- is handed on to it.

            EXAMPLES
              todo tui
              todo tui -- --help
            """)

    @Argument(parsing: .allUnrecognized, help: "What todo-tui is started with.")
    var arguments: [String] = []

    @OptionGroup var common: CommonOptions

    func run(in context: CommandContext) async throws {
        try context.io.flush()
        var arguments = arguments
        // The parser leaves the dashes in that part its own words from the others.
        if let dashes = arguments.firstIndex(of: "--") { arguments.remove(at: dashes) }
        let reason = context.io.replaceProcess("todo-tui", arguments, context.environment["PATH"] ?? "")
        throw StartError(message: "Can't start todo-tui: \(reason).\nIt is installed beside todo, or somewhere in PATH.")
    }
}
