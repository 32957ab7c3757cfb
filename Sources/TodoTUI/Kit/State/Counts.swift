internal import TodoCore

/// How many tasks there are of each kind, kept up to date task by task.
public struct Counts: Sendable, Hashable {
    struct Tally: Sendable, Hashable {
        /// Open ones, and all but the deleted.
        var open = 0, all = 0
    }

    /// Of what isn't deleted.
    public private(set) var open = 0, done = 0
    private var deleted = 0, overdue = 0, today = 0, upcoming = 0
    private var inbox = Tally()
    private var lists: [String: Tally] = [:]
    private var tags: [String: Tally] = [:]
    /// The tags that there are, sorted.
    private(set) var tagNames: [String] = []
    /// The keys of lists with tasks, sorted.
    private(set) var listKeys: [String] = []

    /// All that isn't deleted.
    public var total: Int { open + done }

    /// What the sidebar shows beside the view: its open tasks; of Done and Deleted all.
    func count(_ view: TaskView) -> Int {
        switch view {
        case .today: today
        case .overdue: overdue
        case .upcoming: upcoming
        case .all: open
        case .done: done
        case .deleted: deleted
        case .list(nil): inbox.open
        case .list(let key?): lists[key]?.open ?? 0
        case .tag(let tag): tags[tag]?.open ?? 0
        }
    }

    /// Adds a task (`sign` 1), or takes it away (-1).
    mutating func add(_ task: TodoTask, _ sign: Int, today day: LocalDate?) {
        if task.deletedAt != nil { return deleted += sign }
        if task.done { done += sign } else { open += sign }
        switch TaskView.Due(task, today: day) {
        case .overdue: overdue += sign
        case .today: today += sign
        case .upcoming: upcoming += sign
        case nil: break
        }
        let openSign = task.done ? 0 : sign
        if let key = task.list {
            Counts.add(sign, openSign, to: &lists, key, names: &listKeys)
        } else {
            inbox = Tally(open: inbox.open + openSign, all: inbox.all + sign)
        }
        for tag in task.tags { Counts.add(sign, openSign, to: &tags, tag, names: &tagNames) }
    }

    private static func add(_ all: Int, _ open: Int, to tallies: inout [String: Tally], _ name: String, names: inout [String]) {
        var tally = tallies[name] ?? Tally()
        if tally.all == 0 { names.insert(name, at: place(of: name, in: names)) }
        tally.all += all
        tally.open += open
        tallies[name] = tally.all == 0 ? nil : tally
        if tally.all == 0 { names.removeAll { $0 == name } }
    }

    private static func place(of name: String, in names: [String]) -> Int { names.firstIndex { $0 >= name } ?? names.count }
}
