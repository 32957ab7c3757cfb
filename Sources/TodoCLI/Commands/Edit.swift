import ArgumentParser
import TodoClient
import TodoCore

struct Edit: TodoCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit",
        abstract: "Change a task.",
        discussion: """
            Only what you name is changed. Moving a task to another list gives it a new reference.

            EXAMPLES
              todo edit 12 --title "Buy oat milk"
              todo edit 12 --due next-fri --priority 3
              todo edit 12 --due none
              todo edit WEB-3 --tag urgent --untag later
              todo edit 12 --list WEB
            """)

    @Argument(help: "The task: 12, or WEB-12 in a list.", transform: Arguments.reference)
    var reference: TaskReference

    @Option(help: "The new title.", transform: Arguments.title)
    var title: String?

    @Option(help: "The day it is due: fri, tomorrow, 24.12., 2026-12-24 …, or none.", transform: Arguments.dayOrNone)
    var due: DayChoice?

    @Option(name: [.short, .long], help: "0 (none) to 3 (high).", transform: Arguments.priority)
    var priority: Int?

    @Option(name: [.short, .long], help: "Add this tag; give it again for more.", transform: Arguments.tag)
    var tag: [String] = []

    @Option(help: "Take this tag off; give it again for more.", transform: Arguments.tag)
    var untag: [String] = []

    @Option(name: [.short, .long], help: "Move it to this list: its key, or inbox.", transform: Arguments.list)
    var list: ListChoice?

    @Option(name: [.short, .long], help: "The new notes; \"\" for none.", transform: Arguments.notes)
    var notes: String?

    @OptionGroup var dryRun: DryRunOption
    @OptionGroup var output: OutputOptions
    @OptionGroup var common: CommonOptions

    func validate() throws {
        let changes = title != nil || due != nil || priority != nil || list != nil || notes != nil
        if !changes, tag.isEmpty, untag.isEmpty {
            throw ValidationError("Say what to change, for example --title or --due.")
        }
    }

    func run(in context: CommandContext) async throws {
        let answer = try output.answer(dryRun.dryRun ? .request : .task, in: context)
        let client = try context.client(dryRun: dryRun.dryRun)
        let patch = TaskPatch(
            title: title, list: list.map { $0.key }, notes: notes, dueOn: try due.map { try $0.date(today: context.today) },
            priority: priority)
        func words(_ verb: String, _ task: TodoTask) -> String {
            "\(verb) \(Printable.line(task.reference)): \(Printable.line(task.title))"
        }
        if dryRun.dryRun {
            let task = try await client.task(reference)
            let request = try await DryRun.plan { _ = try await change(patch, with: client) }
            return try answer.write(request, reference: task.reference) { words("Would change", task) }
        }
        let changed = try await change(patch, with: client)
        try answer.write(changed, reference: changed.reference) { words("Changed", changed) }
    }

    private func change(_ patch: TaskPatch, with client: TodoClient) async throws -> TodoTask {
        guard !tag.isEmpty || !untag.isEmpty else { return try await client.update(reference, patch) }
        // The tags are one value to the server: what it has now must still hold when ours arrives.
        var patch = patch
        var task = try await client.task(reference)
        var attempts = 1
        while true {
            patch.tags = try tags(changing: task.tags)
            do {
                return try await client.update(.id(task.id), patch, ifMatch: task.version)
            } catch {
                guard case .preconditionFailed(let current) = error, attempts < 3 else { throw error }
                if let current { task = current } else { task = try await client.task(.id(task.id)) }
                attempts += 1
            }
        }
    }

    private func tags(changing tags: [String]) throws -> [String] {
        do throws(Limits.Fault) {
            return try Limits.tags(tags.filter { !untag.contains($0) } + tag.filter { !tags.contains($0) })
        } catch { throw UsageError("The tags: \(error.message).") }
    }
}
