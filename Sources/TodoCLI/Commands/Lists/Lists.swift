import ArgumentParser
import TodoClient
import TodoCore

struct Lists: TodoCommand {
    static let configuration = CommandConfiguration(
        commandName: "lists",
        abstract: "Show your lists; add, rename or remove one.",
        discussion: """
            Everybody has the inbox. The tasks of another list have its key in their references: WEB-12.

            EXAMPLES
              todo lists
              todo lists add WEB "The website"
              todo lists --quiet
            """,
        subcommands: [ListsAdd.self, ListsRename.self, ListsRemove.self])

    @OptionGroup var output: OutputOptions
    @OptionGroup var common: CommonOptions

    func run(in context: CommandContext) async throws {
        let answer = try output.answer(.list, in: context)
        let lists = try await context.client().lists()
        let keys = lists.map { Printable.line($0.key ?? "inbox") }
        let width = keys.map { DisplayWidth.of($0) }.max() ?? 0
        let style = Style(context)
        var rows = AnswerList(answer)
        for (key, list) in zip(keys, lists) {
            let room = context.io.width.map { max(10, $0 - width - 2) }
            let name = Printable.line(list.name)
            let shown = room.map { DisplayWidth.truncated(name, to: $0) } ?? name
            try rows.add(list, reference: key, people: "\(style.cyan(DisplayWidth.padded(key, to: width)))  \(shown)")
        }
        try rows.finish()
    }
}

extension TodoList {
    /// `WEB (The website)`.
    var words: String { Printable.line("\(key ?? "inbox") (\(name))") }
}
