public import FoundationEssentials
internal import TodoCore

/// What has happened to tasks while the program runs, as the live feed told it.
public struct History: Sendable, Hashable {
    /// One thing that happened.
    public struct Line: Sendable, Hashable {
        public var time: Date
        public var text: String
    }

    private static let longest = 30
    private static let most = 2000
    private var lines: [UUID: [Line]] = [:]

    /// The latest first.
    public func lines(of task: UUID) -> [Line] { lines[task] ?? [] }

    /// Notes what the event says; those of the account itself say nothing here.
    mutating func note(_ event: DomainEvent) {
        guard let (task, text) = History.text(event) else { return }
        // Whoever leaves the program open for weeks shall not pay for it.
        if lines.count >= History.most, lines[task] == nil { lines.removeAll() }
        lines[task, default: []].insert(Line(time: event.occurredAt, text: text), at: 0)
        if let count = lines[task]?.count, count > History.longest { lines[task]?.removeLast() }
    }

    private static func text(_ event: DomainEvent) -> (UUID, String)? {
        switch event.kind {
        case .taskCreated(let task, _): (task, "created")
        case .taskCompleted(let task): (task, "completed")
        case .taskReopened(let task): (task, "opened again")
        case .taskDeleted(let task): (task, "deleted")
        case .taskRestored(let task): (task, "restored")
        case .taskUpdated(let task, let changes): (task, changes.sorted { $0.key < $1.key }.map(text).joined(separator: "; "))
        case .userRegistered, .digestRequested, .unknown: nil
        }
    }

    private static func text(_ field: String, _ change: DomainEvent.Change) -> String {
        let name = field == "due_on" ? "due" : field
        // Long texts are to be read in the task itself.
        if field == "notes" { return "notes changed" }
        return "\(name): \(text(change.from)) → \(text(change.to))"
    }

    private static func text(_ value: JSONValue) -> String {
        switch value {
        case .null: "none"
        case .bool(let value): value ? "yes" : "no"
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .string(let value): value.isEmpty ? "none" : value
        case .array(let values): values.isEmpty ? "none" : values.map(text).joined(separator: " ")
        case .object: "…"
        }
    }
}

extension DomainEvent {
    /// The task that it is about.
    var task: UUID? {
        switch kind {
        case .taskCreated(let task, _), .taskCompleted(let task), .taskReopened(let task), .taskDeleted(let task),
            .taskRestored(let task), .taskUpdated(let task, _):
            task
        case .userRegistered, .digestRequested, .unknown: nil
        }
    }
}
