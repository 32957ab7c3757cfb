public import FoundationEssentials
public import TodoCore

/// The user's tasks, which of them the list shows, and the cursor.
public struct Board: Sendable, Hashable {
    /// One task as it is shown.
    public struct Item: Sendable, Hashable {
        /// With the changes that are on their way.
        public var task: TodoTask
        /// Under `Done`. The place is decided when the view is chosen, so that a task doesn't jump away under the
        /// cursor when it is completed.
        public var isInDoneSection: Bool
        /// Whether a change of it is on its way.
        public var isSaving: Bool
        /// Whether the server has yet to give it a number.
        public var isNew: Bool
        public var isMarked: Bool
    }

    var table = TaskTable()
    /// What is shown, of all in the view: places in the table, the open ones first.
    private(set) var listing = Listing()
    /// The number of the last load.
    private(set) var generation = 0
    public private(set) var view = TaskView.all
    /// Nil for what suits the view.
    public private(set) var sort: TaskSort?
    /// Words that a task must all contain to be shown.
    public private(set) var filter = ""
    public private(set) var isDoneFolded = false
    public private(set) var marks: Set<UUID> = []
    /// The row under the cursor; nil when there are none.
    public private(set) var cursor: Int?
    private var cursorID: UUID?

    /// Without tasks.
    public init() {}

    public var counts: Counts { table.counts }
    public var pendingCount: Int { table.pendingCount }
    /// How many rows the list has.
    public var rowCount: Int { listing.rows.count }
    /// Of these, how many stand before the heading of the done ones.
    var openRowCount: Int { listing.openRows }
    var extent: ListExtent { listing.extent }
    /// How many the view has, whatever the filter.
    public var viewCount: Int { listing.all.count }

    /// What stands in this row, which must exist.
    public func item(_ row: Int) -> Item {
        let entry = table.entries[listing.rows[row]]
        return Item(
            task: entry.task, isInDoneSection: row >= listing.openRows, isSaving: entry.saving > 0, isNew: entry.isNew,
            isMarked: marks.contains(entry.task.id))
    }

    /// The item under the cursor.
    public var current: Item? { cursor.map(item) }

    /// As it is shown; nil where there is no such task.
    public func task(_ id: UUID) -> TodoTask? { table.place(of: id).map { table.entries[$0].task } }

    /// The task that people call so.
    func task(_ reference: TaskReference) -> TodoTask? {
        if case .id(let id) = reference { return task(id) }
        let text = reference.description
        return table.entries.first { $0.task.reference == text && !$0.isGrave }?.task
    }

    /// What a command is about: the marked tasks in the list's order, else the one under the cursor.
    public var targets: [TodoTask] {
        if marks.isEmpty { return current.map { [$0.task] } ?? [] }
        let shown = listing.rows.map { table.entries[$0].task }.filter { marks.contains($0.id) }
        return shown.count == marks.count ? shown : shown + marks.subtracting(shown.map(\.id)).compactMap { task($0) }
    }

    // MARK: The cursor

    /// Puts the cursor on this row, or the nearest there is.
    public mutating func moveCursor(to row: Int) {
        guard rowCount > 0 else { return (cursor = nil) }
        let row = min(max(0, row), rowCount - 1)
        (cursor, cursorID) = (row, table.entries[listing.rows[row]].task.id)
    }

    /// Puts the cursor on this task. False where it isn't shown.
    mutating func moveCursor(toTask id: UUID) -> Bool {
        guard let place = table.place(of: id), let row = listing.rows.firstIndex(of: place) else { return false }
        moveCursor(to: row)
        return true
    }

    /// Moves to the next row (`step` 1, or -1 for the one before) that the filter matches, around the ends. False for none.
    mutating func moveCursor(toMatch filter: Filter, step: Int) -> Bool {
        let count = rowCount, start = cursor ?? 0
        for distance in stride(from: 1, through: count, by: 1) {
            let row = ((start + step * distance) % count + count) % count
            if filter.matches(table.entries[listing.rows[row]].text) {
                moveCursor(to: row)
                return true
            }
        }
        return false
    }

    /// The cursor stays on its task; where that is gone, on the one that came into its place.
    ///
    /// Until there is such a task, because the first load has yet to end, the first row keeps it.
    private mutating func followCursor(isLoading: Bool = false) {
        if let cursorID, moveCursor(toTask: cursorID) { return }
        let wasUnset = cursorID == nil
        moveCursor(to: cursor ?? 0)
        if isLoading, wasUnset { cursorID = nil }
    }

    // MARK: Marks

    mutating func toggleMark() {
        guard let id = current?.task.id else { return }
        if marks.remove(id) == nil { marks.insert(id) }
    }

    /// Marks all that is shown; where all of it is marked already, takes the marks off.
    mutating func toggleAllMarks() {
        let shown = Set(listing.rows.map { table.entries[$0].task.id })
        marks = shown.isSubset(of: marks) ? [] : marks.union(shown)
    }

    mutating func clearMarks() { marks = [] }

    // MARK: What is shown

    /// Shows another view, from its top. What was marked stays behind.
    mutating func show(_ view: TaskView) {
        if view != self.view { (cursor, cursorID, marks) = (nil, nil, []) }
        self.view = view
        arrange()
    }

    mutating func order(by sort: TaskSort?) {
        self.sort = sort
        arrange()
    }

    mutating func fold(_ isFolded: Bool) {
        isDoneFolded = isFolded
        listing.filter(table, Filter(filter), isDoneFolded)
        followCursor()
    }

    mutating func find(_ text: String) {
        guard text != filter else { return }
        let old = Filter(filter), new = Filter(text)
        filter = text
        if new.isNarrower(than: old) { listing.narrow(table, new) } else { listing.filter(table, new, isDoneFolded) }
        followCursor()
    }

    mutating func note(today: LocalDate?) {
        guard today != table.today else { return }
        table.today = today
        arrange()
    }

    /// Decides anew what the view has and where it stands.
    mutating func arrange(isLoading: Bool = false) {
        listing.arrange(&table, view, sort, Filter(filter), isDoneFolded)
        followCursor(isLoading: isLoading)
    }

    // MARK: The server's news

    /// A load begins. Returns its number.
    mutating func beginLoad() -> Int {
        generation += 1
        return generation
    }

    /// A page of the server's tasks.
    mutating func take(_ tasks: [TodoTask]) {
        for task in tasks { table.take(task, generation: generation) }
        arrange(isLoading: true)
    }

    /// The load has brought everything.
    mutating func endLoad(_ load: Int, deleted: Bool) {
        table.sweep(deleted: deleted, before: load)
        prune()
        arrange()
    }

    /// One task as the server has it; nil where there is none any more.
    mutating func take(_ id: UUID, _ task: TodoTask?) {
        if let task { table.take(task, generation: generation) } else { _ = table.markDeleted(id) }
        refresh(task?.id ?? id)
    }

    /// Shows a change that is about to be sent, with the cursor on a new task.
    mutating func apply(_ change: Change) {
        guard let place = table.apply(change), let id = change.task else { return }
        if case .create = change.kind {
            if !table[isListed: place] { listing.putFirst(place, &table) }
            cursorID = id
        }
        refresh(id)
    }

    /// The server has done it; `task` is what it has now, nil when it is deleted.
    mutating func confirm(_ change: Change, _ task: TodoTask?) {
        _ = table.confirm(change, task, generation: generation)
        guard let id = change.task else { return }
        if let task, task.id != id, cursorID == id { cursorID = task.id }
        refresh(task?.id ?? id)
    }

    /// The server hasn't done it: everything is as it was.
    mutating func takeBack(_ change: Change) {
        guard let place = table.takeBack(change), let id = change.task else { return }
        if table.place(of: id) == nil { listing.remove(place, &table) }
        refresh(id)
    }

    private mutating func refresh(_ id: UUID) {
        if let place = table.place(of: id) {
            listing.refresh(place, &table, view, sort, Filter(filter), isDoneFolded)
            if table.entries[place].task.deletedAt != nil, view != .deleted { marks.remove(id) }
        } else {
            marks.remove(id)
        }
        followCursor()
    }

    private mutating func prune() { marks = marks.filter { table.place(of: $0) != nil } }
}
