internal import TodoCore

/// Where each part of a task stands. A part that no shown task has takes no room; on narrow screens the
/// tags go first, then the priority, the due day and the reference, so that the title keeps enough.
struct ListColumns {
    private static let enoughForTitle = 16
    private static let boxWidth = 3, dueWidth = 10, priorityWidth = 3, widestTags = 24, widestReference = 14

    let reference, box, title, due, priority, tags: Range<Int>

    init(_ state: State) {
        let columns = state.size.columns, extent = state.board.extent
        var room = columns - 2 - Self.boxWidth - 1
        /// Takes the columns and the gap beside them where the title can spare them.
        func take(_ columns: Int, gap: Int, leaving: Int = Self.enoughForTitle) -> Int {
            guard columns > 0, room - columns - gap >= leaving else { return 0 }
            room -= columns + gap
            return columns
        }
        let referenceWidth = take(min(extent.reference, Self.widestReference), gap: 1, leaving: 8)
        let dueWidth = take(extent.hasDue ? Self.dueWidth : 0, gap: 2)
        let priorityWidth = take(extent.hasPriority ? Self.priorityWidth : 0, gap: 2)
        let tagsWidth = take(min(extent.tags, Self.widestTags, columns / 4), gap: 2)

        var width = 2
        func next(_ count: Int, gap: Int) -> Range<Int> {
            let start = width
            width += count == 0 ? 0 : count + gap
            return start..<start + count
        }
        reference = next(referenceWidth, gap: 1)
        box = next(Self.boxWidth, gap: 1)
        let rest = [dueWidth, priorityWidth, tagsWidth].filter { $0 > 0 }.reduce(0) { $0 + $1 + 2 }
        // One column stays free at the right edge, if there is nothing else to set the title off from it.
        title = next(max(0, columns - width - rest - (rest == 0 ? 0 : 1)), gap: rest == 0 ? 0 : 2)
        due = next(dueWidth, gap: 2)
        priority = next(priorityWidth, gap: 2)
        tags = next(tagsWidth, gap: 0)
    }
}

/// How much room the parts of the listed tasks would take: of all of them, not only those on the screen, so
/// that nothing moves sideways while one scrolls.
struct ListExtent: Sendable, Hashable {
    /// Columns of the widest reference and of the widest tags.
    private(set) var reference = 0, tags = 0
    private(set) var hasDue = false, hasPriority = false

    init(_ items: [Board.Item] = []) {
        for item in items {
            reference = max(reference, item.isNew ? Self.newReference.count : item.task.reference.utf8.count)
            if !item.task.tags.isEmpty { tags = max(tags, Text.width(Self.tags(item.task))) }
            if item.task.dueOn != nil { hasDue = true }
            if item.task.priority > 0 { hasPriority = true }
        }
    }

    /// What stands where the server has yet to give a number.
    static let newReference = "new"

    /// The tags as they are shown.
    static func tags(_ task: TodoTask) -> String { task.tags.map { "@\($0)" }.joined(separator: " ") }
}
