internal import TodoCore

/// The rows of the list. A task keeps its row until the view is chosen or loaded anew, even when it is completed or no
/// longer due meanwhile: nothing jumps under the cursor. Only what is deleted goes at once.
struct Listing: Sendable, Hashable {
    /// What the view has: places in the table, in order. The open ones come first.
    private(set) var all: [Int] = []
    private(set) var openCount = 0
    /// What of it is shown: without what is filtered out or folded away.
    private(set) var rows: [Int] = []
    private(set) var openRows = 0
    private(set) var extent = ListExtent()

    mutating func arrange(
        _ table: inout TaskTable, _ view: TaskView, _ sort: TaskSort?, _ filter: Filter, _ isDoneFolded: Bool
    ) {
        for place in all { table[isListed: place] = false }
        let places = table.entries.indices.filter {
            !table.entries[$0].isGrave && view.contains(table.entries[$0].task, today: table.today)
        }
        let order = TaskOrder(sort, in: view), entries = table.entries
        func sorted(_ places: [Int]) -> [Int] {
            places.sorted { order.precedes(entries[$0], entries[$1], isDefault: sort == nil) }
        }
        if view.hasDoneSection {
            let open = sorted(places.filter { !entries[$0].task.done })
            all = open + sorted(places.filter { entries[$0].task.done })
            openCount = open.count
        } else {
            all = sorted(places)
            openCount = all.count
        }
        extent = ListExtent()
        for place in all { extent.take(entries[place]) }
        for place in all { table[isListed: place] = true }
        self.filter(table, filter, isDoneFolded)
    }

    /// Decides anew what of the view is shown.
    mutating func filter(_ table: TaskTable, _ filter: Filter, _ isDoneFolded: Bool) {
        guard !filter.words.isEmpty else {
            rows = isDoneFolded ? Array(all[..<openCount]) : all
            openRows = openCount
            return
        }
        rows = []
        for (index, place) in all.enumerated() {
            if index == openCount { openRows = rows.count }
            if index >= openCount, isDoneFolded { break }
            if Listing.isShown(table.entries[place], filter) { rows.append(place) }
        }
        if all.count == openCount { openRows = rows.count }
    }

    /// The same for a filter that can only take away from what is shown.
    mutating func narrow(_ table: TaskTable, _ filter: Filter) {
        var kept: [Int] = [], open = 0
        for (index, place) in rows.enumerated() where Listing.isShown(table.entries[place], filter) {
            kept.append(place)
            if index < openRows { open += 1 }
        }
        (rows, openRows) = (kept, open)
    }

    /// One task has changed.
    mutating func refresh(
        _ place: Int, _ table: inout TaskTable, _ view: TaskView, _ sort: TaskSort?, _ filter: Filter, _ isDoneFolded: Bool
    ) {
        let entry = table.entries[place]
        if entry.isListed {
            if (entry.task.deletedAt != nil) != (view == .deleted) { remove(place, &table) } else { extent.take(entry) }
            return
        }
        guard view.contains(entry.task, today: table.today) else { return }
        let order = TaskOrder(sort, in: view), isDone = view.hasDoneSection && entry.task.done
        func index(in places: [Int], _ range: Range<Int>) -> Int {
            var low = range.lowerBound, high = range.upperBound
            while low < high {
                let middle = (low + high) / 2
                let isBefore = order.precedes(table.entries[places[middle]], entry, isDefault: sort == nil)
                if isBefore { low = middle + 1 } else { high = middle }
            }
            return low
        }
        all.insert(place, at: index(in: all, isDone ? openCount..<all.count : 0..<openCount))
        if !isDone { openCount += 1 }
        table[isListed: place] = true
        extent.take(entry)
        guard !(isDone && isDoneFolded), Listing.isShown(entry, filter) else { return }
        rows.insert(place, at: index(in: rows, isDone ? openRows..<rows.count : 0..<openRows))
        if !isDone { openRows += 1 }
    }

    /// Shows a new task above all others, whatever the view and the filter: who adds a task wants to see it.
    mutating func putFirst(_ place: Int, _ table: inout TaskTable) {
        all.insert(place, at: 0)
        rows.insert(place, at: 0)
        openCount += 1
        openRows += 1
        table[isListed: place] = true
        extent.take(table.entries[place])
    }

    mutating func remove(_ place: Int, _ table: inout TaskTable) {
        if let index = all.firstIndex(of: place) {
            all.remove(at: index)
            if index < openCount { openCount -= 1 }
        }
        if let index = rows.firstIndex(of: place) {
            rows.remove(at: index)
            if index < openRows { openRows -= 1 }
        }
        table[isListed: place] = false
    }

    private static func isShown(_ entry: Entry, _ filter: Filter) -> Bool { entry.isNew || filter.matches(entry.text) }
}

/// How much room the parts of the listed tasks take: of all of them, not only those on the screen, so that nothing
/// moves sideways while one scrolls.
struct ListExtent: Sendable, Hashable {
    /// Columns of the widest reference and of the widest tags.
    private(set) var reference = 0, tags = 0
    private(set) var hasDue = false, hasPriority = false

    mutating func take(_ entry: Entry) {
        reference = max(reference, entry.referenceColumns)
        tags = max(tags, entry.tagColumns)
        if entry.task.dueOn != nil { hasDue = true }
        if entry.task.priority > 0 { hasPriority = true }
    }
}
