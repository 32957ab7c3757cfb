import ArgumentParser
import TodoClient
import TodoCore

struct ListsRename: TodoCommand {
    static let configuration = CommandConfiguration(
        commandName: "rename",
        abstract: "Change the name or the key of a list.",
        discussion: """
            With another key the tasks of the list get other references: WEB-12 becomes SITE-12.

            EXAMPLES
              todo lists rename WEB The new website
              todo lists rename WEB --key SITE
            """)

    @Argument(help: "The list's key.", transform: Arguments.listKey)
    var list: String

    @Argument(help: "Its new name, in as many words as it has.")
    var name: [String] = []

    @Option(name: [.short, .long], help: "Its new key.", transform: Arguments.listKey)
    var key: String?

    @OptionGroup var dryRun: DryRunOption
    @OptionGroup var output: OutputOptions
    @OptionGroup var common: CommonOptions

    func validate() throws {
        if name.isEmpty, key == nil { throw ValidationError("Give a new name, or a new key with --key.") }
    }

    func run(in context: CommandContext) async throws {
        let answer = try output.answer(dryRun.dryRun ? .request : .list, in: context)
        let client = try context.client(dryRun: dryRun.dryRun)
        let name = try name.isEmpty ? nil : Lists.name(name)
        if dryRun.dryRun {
            let old = try await Lists.find(list, with: client)
            let request = try await DryRun.plan { try await client.updateList(list, newKey: key, name: name) }
            return try answer.write(request, reference: key ?? list) { "Would rename list \(old.words)" }
        }
        let renamed = try await client.updateList(list, newKey: key, name: name)
        try answer.write(renamed, reference: renamed.key) { "Renamed list \(Printable.line(list)): now \(renamed.words)" }
    }
}

extension Lists {
    /// The list with this key.
    static func find(_ key: String, with client: TodoClient) async throws -> TodoList {
        guard let list = try await client.lists().first(where: { $0.key == key }) else {
            throw ClientError.notFound(Problem(title: "There is no list \(key)", status: 404))
        }
        return list
    }
}
