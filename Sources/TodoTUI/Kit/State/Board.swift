internal import FoundationEssentials
public import TodoCore

/// The user's tasks: as the server last told them, with the changes on top that it hasn't answered yet.
/// So a change is on the screen at once, and taking it back is forgetting it.
public struct Board: Sendable, Hashable {
    /// One task as it is shown.
    public struct Item: Sendable, Hashable {
        /// With the changes that are on their way.
        public var task: TodoTask
        /// Under `Done`. The place is decided when the tasks are loaded, so that a task doesn't jump away
        /// under the cursor when it is completed.
        public var isInDoneSection: Bool
        /// Whether a change of it is on its way.
        public var isSaving: Bool
        /// Whether the server has yet to give it a number.
        public var isNew: Bool
    }

    private struct Place: Sendable, Hashable {
        var id: UUID
        var isInDoneSection: Bool
    }

    private var confirmed: [UUID: TodoTask] = [:]
    private var places: [Place] = []
    /// In the order in which they were made and go to the server.
    public private(set) var pending: [Change] = []
    /// What the user sees: open tasks, then done ones, each as the server orders them, filtered.
    public private(set) var items: [Item] = []
    private(set) var extent = ListExtent()
    /// Tasks in all, and those that are done, whatever the filter.
    public private(set) var count = 0, doneCount = 0
    /// Words that a task must all contain to be shown.
    public var filter = "" { didSet { if filter != oldValue { rebuild() } } }

    /// The item under the cursor; nil when there are none.
    public private(set) var cursor: Int?
    private var cursorID: UUID?

    /// Without tasks.
    public init() {}

    /// The item under the cursor.
    public var current: Item? { cursor.map { items[$0] } }

    /// Puts the cursor on the item with this index, or the nearest there is.
    public mutating func moveCursor(to index: Int) {
        guard !items.isEmpty else { return }
        let index = min(max(0, index), items.count - 1)
        (cursor, cursorID) = (index, items[index].task.id)
    }

    /// Takes the server's tasks in its order. What is on its way stays on top.
    public mutating func load(_ tasks: [TodoTask]) {
        confirmed = Dictionary(tasks.map { ($0.id, $0) }, uniquingKeysWith: { _, last in last })
        let created = pending.compactMap { change in
            if case .create = change.kind, let id = change.task, confirmed[id] == nil { id } else { nil }
        }
        places = created.reversed().map { Place(id: $0, isInDoneSection: false) }
        places += tasks.filter { !$0.done }.map { Place(id: $0.id, isInDoneSection: false) }
        places += tasks.filter(\.done).map { Place(id: $0.id, isInDoneSection: true) }
        rebuild()
    }

    /// Shows a change that is about to be sent. A new task comes first, with the cursor on it.
    public mutating func apply(_ change: Change) {
        pending.append(change)
        if case .create = change.kind, let id = change.task {
            places.insert(Place(id: id, isInDoneSection: false), at: 0)
            cursorID = id
        }
        rebuild()
    }

    /// The server has done it; `task` is what it has now, nil when it is deleted.
    public mutating func confirm(_ change: Change, _ task: TodoTask?) {
        pending.removeAll { $0.number == change.number }
        if let task {
            confirmed[task.id] = task
            // A server that chose another id than ours.
            if let id = change.task, id != task.id {
                for index in places.indices where places[index].id == id { places[index].id = task.id }
                if cursorID == id { cursorID = task.id }
            }
        } else if let id = change.task {
            forget(id)
        }
        rebuild()
    }

    /// The server hasn't done it: everything is as it was.
    public mutating func takeBack(_ change: Change) {
        pending.removeAll { $0.number == change.number }
        if case .create = change.kind, let id = change.task { forget(id) }
        rebuild()
    }

    private mutating func forget(_ id: UUID) {
        confirmed[id] = nil
        places.removeAll { $0.id == id }
    }

    private mutating func rebuild() {
        let shown = BoardOverlay(confirmed: confirmed, pending: pending)
        let words = Filter(filter)
        items.removeAll(keepingCapacity: true)
        (count, doneCount) = (0, 0)
        for place in places {
            guard let task = shown.task(place.id) else { continue }
            count += 1
            if task.done { doneCount += 1 }
            let isSaving = shown.isSaving(place.id)
            guard words.matches(task) || (isSaving && confirmed[place.id] == nil) else { continue }
            items.append(
                Item(
                    task: task, isInDoneSection: place.isInDoneSection, isSaving: isSaving, isNew: confirmed[place.id] == nil))
        }
        extent = ListExtent(items)
        followCursor()
    }

    /// The cursor stays on its task; where that is gone, on the one that came into its place.
    private mutating func followCursor() {
        guard !items.isEmpty else {
            cursor = nil
            return
        }
        if let cursorID, let index = items.firstIndex(where: { $0.task.id == cursorID }) {
            cursor = index
        } else {
            moveCursor(to: cursor ?? 0)
        }
    }
}
