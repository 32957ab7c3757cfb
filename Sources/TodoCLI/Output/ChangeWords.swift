import FoundationEssentials
import TodoClient
import TodoCore

/// Events as lines for people: `14:03  Done WEB-3: Buy milk`.
///
/// An event names its task by the id alone, so the task is asked for; one that is gone keeps the words it had.
struct ChangeWords {
    let client: TodoClient
    let context: CommandContext
    /// Whether the connection is gone and that was told.
    private(set) var hasLost = false
    private var known: [UUID: String] = [:]

    init(client: TodoClient, context: CommandContext) {
        self.client = client
        self.context = context
    }

    /// Nil for what is nothing to a person.
    mutating func line(_ event: DomainEvent) async -> String? {
        switch event.kind {
        case .taskCreated(let id, let title): await line(event, "Added", id, title: title)
        case .taskCompleted(let id): await line(event, "Done", id)
        case .taskReopened(let id): await line(event, "Reopened", id)
        case .taskDeleted(let id): await line(event, "Deleted", id)
        case .taskRestored(let id): await line(event, "Restored", id)
        case .taskUpdated(let id, let changes):
            await line(event, "Changed", id).map { line in
                let names = changes.keys.filter { $0 != "reference" }.sorted().joined(separator: ", ")
                return names.isEmpty ? line : line + Style(context).dim(" (\(Printable.line(names)))")
            }
        case .userRegistered, .digestRequested, .unknown: nil
        }
    }

    private mutating func line(_ event: DomainEvent, _ verb: String, _ id: UUID, title: String? = nil) async -> String? {
        if let task = try? await client.task(.id(id)) {
            known[id] = "\(Printable.line(task.reference)): \(Printable.line(task.title))"
        }
        let words = known[id] ?? title.map(Printable.line) ?? "task \(id.lowercase)"
        let time = context.localTime(event.occurredAt).suffix(5)
        return "\(Style(context).dim(String(time)))  \(verb) \(words)"
    }

    mutating func tellLost(_ error: ClientError) {
        guard !hasLost else { return }
        hasLost = true
        let reason = Printable.line(error.message.prefix { $0 != "\n" }.description)
        context.io.writeError(Style(context, .standardError).dim("\(reason) Trying again.") + "\n")
    }

    mutating func tellBack() {
        hasLost = false
        context.io.writeError(Style(context, .standardError).dim("The connection is back.") + "\n")
    }
}
