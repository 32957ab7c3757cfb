import ArgumentParser
import TodoClient
import TodoCore

struct ListsAdd: TodoCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Make a list.",
        discussion: """
            EXAMPLES
              todo lists add WEB The website
              todo lists add HOME
            """)

    @Argument(help: "Its key: a letter, then up to 9 letters or digits.", transform: Arguments.listKey)
    var key: String

    @Argument(help: "Its name, in as many words as it has. Without one: the key.")
    var name: [String] = []

    @OptionGroup var dryRun: DryRunOption
    @OptionGroup var output: OutputOptions
    @OptionGroup var common: CommonOptions

    func run(in context: CommandContext) async throws {
        let answer = try output.answer(dryRun.dryRun ? .request : .list, in: context)
        let client = try context.client(dryRun: dryRun.dryRun)
        let name = try name.isEmpty ? key : Lists.name(name)
        if dryRun.dryRun {
            let request = try await DryRun.plan { try await client.createList(key: key, name: name) }
            return try answer.write(request, reference: key) { Printable.line("Would add list \(key) (\(name))") }
        }
        let list = try await client.createList(key: key, name: name)
        try answer.write(list, reference: list.key) { "Added list \(list.words)" }
    }
}

extension Lists {
    /// A list's name out of its words.
    static func name(_ words: [String]) throws -> String {
        do throws(Limits.Fault) {
            return try Limits.listName(words.joined(separator: " "))
        } catch { throw UsageError("The name \(error.message).") }
    }
}
