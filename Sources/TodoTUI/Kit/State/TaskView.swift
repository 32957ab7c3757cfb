internal import TodoCore

/// Which tasks the list shows.
public enum TaskView: Sendable, Hashable {
    /// Open tasks by the day they are due.
    case today, overdue, upcoming
    case all, done
    /// What can still be restored.
    case deleted
    /// A list by its key; nil is the inbox.
    case list(String?)
    case tag(String)

    /// Those that are always there, from top to bottom.
    public static let smart: [TaskView] = [.today, .overdue, .upcoming, .all, .done, .deleted]

    /// As the sidebar and the list's title name it.
    public var name: String {
        switch self {
        case .today: "Today"
        case .overdue: "Overdue"
        case .upcoming: "Upcoming"
        case .all: "All"
        case .done: "Done"
        case .deleted: "Deleted"
        case .list(let key): key ?? "Inbox"
        case .tag(let tag): "@\(tag)"
        }
    }

    /// Whether the done tasks have a section of their own under the open ones.
    var hasDoneSection: Bool {
        switch self {
        case .all, .list, .tag: true
        case .today, .overdue, .upcoming, .done, .deleted: false
        }
    }

    /// `today`: nil where it is not known; then nothing is due.
    func contains(_ task: TodoTask, today: LocalDate?) -> Bool {
        if self == .deleted { return task.deletedAt != nil }
        if task.deletedAt != nil { return false }
        switch self {
        case .all: return true
        case .done: return task.done
        case .deleted: return false
        case .list(let key): return task.list == key
        case .tag(let tag): return task.tags.contains(tag)
        case .today, .overdue, .upcoming: return Due(task, today: today) == Due(self)
        }
    }

    /// When an open task is due, seen from today.
    enum Due {
        case overdue, today, upcoming

        init?(_ task: TodoTask, today: LocalDate?) {
            guard !task.done, let due = task.dueOn, let today else { return nil }
            self = due < today ? .overdue : due == today ? .today : .upcoming
        }

        init?(_ view: TaskView) {
            switch view {
            case .today: self = .today
            case .overdue: self = .overdue
            case .upcoming: self = .upcoming
            default: return nil
            }
        }
    }
}

/// The order of the list.
public enum TaskSort: String, Sendable, Hashable, CaseIterable {
    case newest, due, priority, title, updated

    /// In words, behind "sorted by" or alone.
    public var name: String {
        switch self {
        case .newest: "newest first"
        case .due: "by due day"
        case .priority: "by priority"
        case .title: "by title"
        case .updated: "last changed first"
        }
    }

    /// The key that chooses it in the menu.
    public var key: Character {
        switch self {
        case .newest: "c"
        case .due: "d"
        case .priority: "p"
        case .title: "t"
        case .updated: "u"
        }
    }
}
