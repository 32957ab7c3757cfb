import ArgumentParser
import TodoClient
import TodoCore

struct Add: TodoCommand {
    static let configuration = CommandConfiguration(
        abstract: "Add a task.",
        discussion: """
            The words of the title need no quotes. Put -- before a title that begins with a dash.

            EXAMPLES
              todo add Buy milk
              todo add Call Anna --due tomorrow --priority 2 --tag home
              todo add "Ship it (v2)" --list WEB --due 2026-11-30
              id=$(todo add --quiet Water the plants)
            """)

    @Argument(help: "The title, in as many words as it has.")
    var title: [String]

    @Option(help: "The day it is due: YYYY-MM-DD, today or tomorrow.", transform: Arguments.day)
    var due: DayChoice?

    @Option(name: [.short, .long], help: "0 (none) to 3 (high).", transform: Arguments.priority)
    var priority: Int?

    @Option(name: [.short, .long], help: "A tag; give it again for more.", transform: Arguments.tag)
    var tag: [String] = []

    @Option(name: [.short, .long], help: "The key of a list, like WEB. Without it: the inbox.", transform: Arguments.list)
    var list: ListChoice?

    @Option(name: [.short, .long], help: "More about it.", transform: Arguments.notes)
    var notes: String?

    @OptionGroup var output: OutputOptions

    func run(in context: CommandContext) async throws {
        let title: String
        do throws(Limits.Fault) {
            title = try Limits.title(self.title.joined(separator: " "))
        } catch { throw UsageError("The title \(error.message).") }
        let draft = try TaskDraft(
            title: title, list: list?.key, notes: notes, dueOn: due?.date(today: context.today), priority: priority,
            tags: tag.isEmpty ? nil : tag)
        try output.tell("Added", try await context.client().create(draft), in: context)
    }
}
