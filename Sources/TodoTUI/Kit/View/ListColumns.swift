internal import TodoCore

/// Where each part of a task stands. A part that no listed task has takes no room; where it is narrow the tags go
/// first, then the priority, the due day and the reference, so that the title keeps enough.
struct ListColumns {
    /// Columns that a title keeps before the others get theirs: what matters more asks for less.
    private static let leftByDue = 14, leftByPriority = 18, leftByTags = 28, leftByReference = 8
    private static let boxWidth = 3, dueWidth = 10, priorityWidth = 3, widestTags = 24, widestReference = 14

    let reference, box, title, due, priority, tags: Range<Int>

    init(_ state: State, _ area: Area) {
        let columns = area.columns.count, extent = state.board.extent
        var room = columns - 3 - Self.boxWidth - 1
        /// Takes the columns and the gap beside them where the title can spare them.
        func take(_ columns: Int, gap: Int, leaving: Int) -> Int {
            guard columns > 0, room - columns - gap >= leaving else { return 0 }
            room -= columns + gap
            return columns
        }
        let referenceWidth = take(max(3, min(extent.reference, Self.widestReference)), gap: 1, leaving: Self.leftByReference)
        let dueWidth = take(extent.hasDue ? Self.dueWidth : 0, gap: 2, leaving: Self.leftByDue)
        let priorityWidth = take(extent.hasPriority ? Self.priorityWidth : 0, gap: 2, leaving: Self.leftByPriority)
        let tagsWidth = take(min(extent.tags, Self.widestTags, columns / 4), gap: 2, leaving: Self.leftByTags)

        let left = area.columns.lowerBound
        var width = 2
        func next(_ count: Int, gap: Int) -> Range<Int> {
            let start = width
            width += count == 0 ? 0 : count + gap
            return left + start..<left + start + count
        }
        reference = next(referenceWidth, gap: 1)
        // One column for the mark.
        width += 1
        box = next(Self.boxWidth, gap: 1)
        let rest = [dueWidth, priorityWidth, tagsWidth].filter { $0 > 0 }.reduce(0) { $0 + $1 + 2 }
        // One column stays free at the right edge, if there is nothing else to set the title off from it.
        title = next(max(0, columns - width - rest - (rest == 0 ? 0 : 1)), gap: rest == 0 ? 0 : 2)
        due = next(dueWidth, gap: 2)
        priority = next(priorityWidth, gap: 2)
        tags = next(tagsWidth, gap: 0)
    }
}
