internal import FoundationEssentials
internal import TodoCore

/// The server's tasks seen through the changes that are on their way.
struct BoardOverlay {
    private let confirmed: [UUID: TodoTask]
    private let changes: [UUID: [Change]]

    init(confirmed: [UUID: TodoTask], pending: [Change]) {
        self.confirmed = confirmed
        changes = Dictionary(grouping: pending.filter { $0.task != nil }, by: { $0.task ?? UUID() })
    }

    func isSaving(_ id: UUID) -> Bool { changes[id] != nil }

    /// The task as it will be; nil when it isn't there or is being deleted.
    func task(_ id: UUID) -> TodoTask? {
        guard let changes = changes[id] else { return confirmed[id] }
        var task = confirmed[id]
        for change in changes {
            switch change.kind {
            case .create(let draft): task = task ?? TodoTask(draft, id: id)
            case .update(_, let patch): task?.apply(patch)
            case .delete: return nil
            }
        }
        return task
    }
}

extension TodoTask {
    /// The task that a draft will become. Its number and its times are the server's to give.
    init(_ draft: TaskDraft, id: UUID) {
        let unknown = Date(timeIntervalSince1970: 0)
        self.init(
            id: id, list: draft.list, number: 0, title: draft.title, notes: draft.notes ?? "", dueOn: draft.dueOn,
            priority: draft.priority ?? 0, tags: draft.tags ?? [], createdAt: unknown, updatedAt: unknown)
    }

    mutating func apply(_ patch: TaskPatch) {
        if let title = patch.title { self.title = title }
        if let done = patch.done { self.done = done }
        if let notes = patch.notes { self.notes = notes }
        if let dueOn = patch.dueOn { self.dueOn = dueOn }
        if let priority = patch.priority { self.priority = priority }
        if let tags = patch.tags { self.tags = tags }
    }
}

/// Words that must all be in a task's title, tags or reference, in any case.
struct Filter {
    private let words: [[UInt8]]

    init(_ text: String) {
        words = text.lowercased().split(whereSeparator: \.isWhitespace).map { Array($0.utf8) }
    }

    func matches(_ task: TodoTask) -> Bool {
        if words.isEmpty { return true }
        let text = Array("\(task.reference) \(task.title) \(task.tags.map { "@\($0)" }.joined(separator: " "))".lowercased().utf8)
        return words.allSatisfy { word in
            guard text.count >= word.count, let first = word.first else { return false }
            return (0...text.count - word.count).contains { text[$0] == first && text[$0..<$0 + word.count].elementsEqual(word) }
        }
    }
}
