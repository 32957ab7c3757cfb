internal import FoundationEssentials
internal import TodoCore

/// Brings tasks into an order. Each order ends in the newest first, then the id, so that it is always the same.
struct TaskOrder {
    let sort: TaskSort
    /// The view whose tasks are sorted: done and deleted ones have orders of their own.
    let view: TaskView

    /// - Parameter sort: Nil for what suits the view.
    init(_ sort: TaskSort?, in view: TaskView) {
        self.view = view
        self.sort = sort ?? (TaskView.Due(view) == nil ? .newest : .due)
    }

    /// What the list's title says of it.
    static func name(_ sort: TaskSort?, in view: TaskView) -> String {
        if sort == nil, view == .done { return "last done first" }
        if sort == nil, view == .deleted { return "last deleted first" }
        return TaskOrder(sort, in: view).sort.name
    }

    func precedes(_ a: Entry, _ b: Entry, isDefault: Bool) -> Bool {
        if isDefault, view == .done, a.task.doneAt != b.task.doneAt {
            return (a.task.doneAt ?? .distantFuture) > (b.task.doneAt ?? .distantFuture)
        }
        if isDefault, view == .deleted, a.task.deletedAt != b.task.deletedAt {
            return (a.task.deletedAt ?? .distantFuture) > (b.task.deletedAt ?? .distantFuture)
        }
        switch sort {
        case .newest: break
        case .due:
            if a.task.dueOn != b.task.dueOn {
                guard let first = a.task.dueOn else { return false }
                guard let second = b.task.dueOn else { return true }
                return first < second
            }
            if a.task.priority != b.task.priority { return a.task.priority > b.task.priority }
        case .priority:
            if a.task.priority != b.task.priority { return a.task.priority > b.task.priority }
            if a.task.dueOn != b.task.dueOn {
                guard let first = a.task.dueOn else { return false }
                guard let second = b.task.dueOn else { return true }
                return first < second
            }
        case .title:
            if a.text.bytes != b.text.bytes { return a.text.bytes.lexicographicallyPrecedes(b.text.bytes) }
        case .updated:
            if a.task.updatedAt != b.task.updatedAt { return a.task.updatedAt > b.task.updatedAt }
        }
        if a.task.createdAt != b.task.createdAt { return a.task.createdAt > b.task.createdAt }
        return a.task.id.uuidString > b.task.id.uuidString
    }
}
