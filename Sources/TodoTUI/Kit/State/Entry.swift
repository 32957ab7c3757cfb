internal import FoundationEssentials
internal import TodoCore

/// A task in memory: as it is shown, with what would be too slow to find out at each key.
struct Entry: Sendable, Hashable {
    /// With the changes that are on their way. A deleted one stays, with ``TodoTask/deletedAt`` set.
    var task: TodoTask
    /// What the filter looks in.
    private(set) var text: SearchText
    /// Columns of the tags as they are shown, and of the reference.
    private(set) var tagColumns = 0, referenceColumns = 0
    /// Changes of it that are on their way.
    var saving = 0
    /// Whether the server has yet to give it a number.
    var isNew = false
    /// The load that brought it last.
    var generation = 0
    /// Whether it is among the view's tasks, filtered out or not.
    var isListed = false

    init(_ task: TodoTask) {
        self.task = task
        text = SearchText(task)
        measure()
    }

    /// Takes another version of the task.
    mutating func take(_ new: TodoTask) {
        let isSameText = new.title == task.title && new.tags == task.tags && new.reference == task.reference
        task = new
        guard !isSameText else { return }
        text = SearchText(new)
        measure()
    }

    private mutating func measure() {
        tagColumns = task.tags.reduce(-1) { $0 + 2 + Text.width($1) }
        referenceColumns = task.reference.utf8.count
        if task.tags.isEmpty { tagColumns = 0 }
    }
}

extension TodoTask {
    /// The task that a draft will become. Its number and its times are the server's to give; until then it is the newest.
    init(_ draft: TaskDraft, id: UUID) {
        let unknown = Date.distantFuture
        self.init(
            id: id, list: draft.list, number: 0, title: draft.title, notes: draft.notes ?? "", dueOn: draft.dueOn,
            priority: draft.priority ?? 0, tags: draft.tags ?? [], version: 0, createdAt: unknown, updatedAt: unknown)
        reference = "new"
    }

    mutating func apply(_ kind: Change.Kind) {
        switch kind {
        case .create: break
        case .update(_, let patch): apply(patch)
        // When exactly is the server's to say.
        case .delete: deletedAt = deletedAt ?? updatedAt
        case .restore: deletedAt = nil
        }
    }

    private mutating func apply(_ patch: TaskPatch) {
        if let title = patch.title { self.title = title }
        if let done = patch.done { self.done = done }
        if let notes = patch.notes { self.notes = notes }
        if let dueOn = patch.dueOn { self.dueOn = dueOn }
        if let priority = patch.priority { self.priority = priority }
        if let tags = patch.tags { self.tags = tags }
        if let list = patch.list, list != self.list {
            self.list = list
            reference = TaskReference.text(list: list, number: 0).replacing("0", with: "?")
        }
    }

    /// What takes the patch back.
    func inverse(of patch: TaskPatch) -> TaskPatch {
        TaskPatch(
            title: patch.title.map { _ in title }, done: patch.done.map { _ in done }, list: patch.list.map { _ in list },
            notes: patch.notes.map { _ in notes }, dueOn: patch.dueOn.map { _ in dueOn },
            priority: patch.priority.map { _ in priority }, tags: patch.tags.map { _ in tags })
    }
}
