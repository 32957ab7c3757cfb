internal import FoundationEssentials
internal import TodoCore

/// All tasks: as the server last told them, with the changes on top that it hasn't answered yet. So a change is on
/// the screen at once, and taking it back is forgetting it.
struct TaskTable: Sendable, Hashable {
    private(set) var entries: [Entry] = []
    private var places: [UUID: Int] = [:]
    /// What the server has of the tasks with changes on their way.
    private var confirmed: [UUID: TodoTask] = [:]
    /// By task, in the order in which they were made.
    private var pending: [UUID: [Change]] = [:]
    private(set) var pendingCount = 0
    private(set) var counts = Counts()
    var today: LocalDate? { didSet { if today != oldValue { recount() } } }

    func place(of id: UUID) -> Int? { places[id] }

    /// The task as the server has it; nil where it is new or unknown.
    func confirmed(_ id: UUID) -> TodoTask? {
        if let task = confirmed[id] { return task }
        guard let place = places[id], !entries[place].isNew else { return nil }
        return entries[place].task
    }

    func isPending(_ id: UUID) -> Bool { pending[id] != nil }

    subscript(isListed place: Int) -> Bool {
        get { entries[place].isListed }
        set { entries[place].isListed = newValue }
    }

    /// What the server has, unless something newer is known. Returns the task's place.
    @discardableResult
    mutating func take(_ task: TodoTask, generation: Int) -> Int {
        guard let place = places[task.id] else {
            return insert(task, generation: generation)
        }
        entries[place].generation = generation
        if let known = confirmed(task.id), known.version > task.version { return place }
        if pending[task.id] != nil { confirmed[task.id] = task }
        entries[place].isNew = false
        show(place, on: task)
        return place
    }

    private mutating func insert(_ task: TodoTask, generation: Int) -> Int {
        var entry = Entry(task)
        entry.generation = generation
        entries.append(entry)
        places[task.id] = entries.count - 1
        counts.add(task, 1, today: today)
        return entries.count - 1
    }

    /// Shows a change that is about to be sent. Returns the task's place; nil where there is no such task.
    mutating func apply(_ change: Change) -> Int? {
        guard let id = change.task else { return nil }
        let place: Int
        if let known = places[id] {
            place = known
            if confirmed[id] == nil, !entries[place].isNew { confirmed[id] = entries[place].task }
        } else if case .create(let draft) = change.kind {
            place = insert(TodoTask(draft, id: id), generation: .max)
            entries[place].isNew = true
        } else {
            return nil
        }
        pending[id, default: []].append(change)
        pendingCount += 1
        entries[place].saving += 1
        var task = entries[place].task
        task.apply(change.kind)
        put(task, at: place)
        return place
    }

    /// The server's answer to a change: what it has now, nil for a deleted task.
    mutating func confirm(_ change: Change, _ task: TodoTask?, generation: Int) -> Int? {
        guard let id = change.task else { return nil }
        forget(change)
        guard let task else { return markDeleted(id) }
        if task.id != id, let place = places.removeValue(forKey: id) {
            // A server that chose another id than ours.
            if places[task.id] == nil { places[task.id] = place } else { bury(place) }
        }
        return take(task, generation: generation)
    }

    /// The server hasn't done it: everything is as it was.
    mutating func takeBack(_ change: Change) -> Int? {
        guard let id = change.task else { return nil }
        forget(change)
        guard let place = places[id] else { return nil }
        if let base = confirmed(id) {
            show(place, on: base)
        } else if case .create = change.kind {
            bury(place)
            places[id] = nil
        } else {
            // A new one, the making of which is still on its way.
            entries[place].isNew = true
        }
        return place
    }

    /// The server has deleted it.
    mutating func markDeleted(_ id: UUID) -> Int? {
        guard let place = places[id], var task = confirmed(id) else { return places[id] }
        if task.deletedAt == nil {
            task.deletedAt = task.updatedAt
            task.version += 1
        }
        if pending[id] != nil { confirmed[id] = task }
        show(place, on: task)
        return place
    }

    /// Forgets what the server has no more: what the load with this number should have brought and hasn't.
    mutating func sweep(deleted: Bool, before generation: Int) {
        for place in entries.indices where entries[place].generation < generation {
            let entry = entries[place]
            guard entry.saving == 0, places[entry.task.id] == place, (entry.task.deletedAt != nil) == deleted else { continue }
            places[entry.task.id] = nil
            bury(place)
        }
    }

    private mutating func forget(_ change: Change) {
        guard let id = change.task, var changes = pending[id],
            let index = changes.firstIndex(where: { $0.number == change.number })
        else { return }
        changes.remove(at: index)
        pendingCount -= 1
        pending[id] = changes.isEmpty ? nil : changes
        if let place = places[id] { entries[place].saving -= 1 }
    }

    /// What the server has is all there is once nothing is on its way.
    private mutating func settle(_ id: UUID) { if pending[id] == nil { confirmed[id] = nil } }

    /// Puts what is on its way on top of what the server has.
    private mutating func show(_ place: Int, on base: TodoTask) {
        var task = base
        for change in pending[base.id] ?? [] { task.apply(change.kind) }
        settle(base.id)
        put(task, at: place)
    }

    private mutating func put(_ task: TodoTask, at place: Int) {
        counts.add(entries[place].task, -1, today: today)
        entries[place].take(task)
        counts.add(task, 1, today: today)
    }

    /// Takes the entry out of everything. Its place is not given away, so that others keep theirs.
    private mutating func bury(_ place: Int) {
        counts.add(entries[place].task, -1, today: today)
        entries[place] = Entry.grave
    }

    private mutating func recount() {
        counts = Counts()
        for entry in entries where !entry.isGrave { counts.add(entry.task, 1, today: today) }
    }
}

extension Entry {
    private static let graveID = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
    /// What is left where a task was.
    static let grave = {
        let never = Date(timeIntervalSince1970: 0)
        var entry = Entry(TodoTask(id: graveID, number: 0, title: "", createdAt: never, updatedAt: never))
        entry.generation = .max
        return entry
    }()

    var isGrave: Bool { task.id == Entry.graveID }
}
