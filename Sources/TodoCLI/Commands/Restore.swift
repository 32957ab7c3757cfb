import ArgumentParser
import TodoClient
import TodoCore

struct Restore: TodoCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Bring deleted tasks back.",
        discussion: """
            A deleted task can be restored for 30 days.

            EXAMPLES
              todo ls --deleted
              todo restore 12
              todo restore 3-6
            """)

    @OptionGroup var selected: EachTaskOptions
    @OptionGroup var common: CommonOptions

    func run(in context: CommandContext) async throws {
        let change = TaskChange(
            done: "Restored", planned: "Would restore", find: { try await Restore.deleted($1, $0) },
            make: { client, reference, _ in try await client.restore(reference) })
        try await selected.forEach(in: context, change)
    }

    /// A task among the deleted ones: nothing else asks for one of them.
    private static func deleted(_ reference: TaskReference, _ client: TodoClient) async throws -> TodoTask {
        var filter = TaskFilter()
        filter.deleted = true
        if case .number(let list, _) = reference { filter.list = list ?? "inbox" }
        let found = try await client.tasks(filter).first {
            $0.reference == reference.description || reference == .id($0.id)
        }
        guard let found else {
            throw ClientError.notFound(Problem(title: "There is no deleted task \(reference)", status: 404))
        }
        return found
    }
}
