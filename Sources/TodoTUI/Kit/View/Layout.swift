/// A rectangle of the screen.
struct Area: Sendable, Hashable {
    var columns: Range<Int>
    var rows: Range<Int>

    func contains(_ place: Position) -> Bool { columns.contains(place.column) && rows.contains(place.row) }
}

/// Which part of the screen is for what. When there is little room, the details give way first, then the sidebar, the
/// hints, and the status.
struct Layout {
    /// The longest message takes so many rows.
    private static let mostStatusRows = 3
    private static let enoughForSidebar = 72
    /// Columns beside the sidebar from which on the details stand beside the list.
    private static let enoughForBoth = 96
    /// Rows from which on they stand below it.
    private static let enoughBelow = 18

    /// All between header and status.
    let body: Range<Int>
    /// Nil where it is folded away.
    let sidebar: Area?
    /// Whether the sidebar stands over the list, because there is no room beside it.
    let isSidebarOver: Bool
    /// The row with the list's title, where the filter is typed too.
    let titleRow: Int?
    let list: Area
    /// Nil where there is no room for them.
    let details: Area?
    let statusRows: Range<Int>
    let hintRow: Int?

    init(_ state: State) {
        let columns = state.size.columns, rows = state.size.rows
        hintRow = rows >= 4 ? rows - 1 : nil
        let statusEnd = hintRow ?? rows
        let wanted = min(Layout.mostStatusRows, max(1, (rows - 3) / 3), StatusView.lines(state).count)
        statusRows = rows >= 3 ? statusEnd - wanted..<statusEnd : statusEnd..<statusEnd
        body = min(1, rows)..<max(min(1, rows), statusRows.lowerBound)

        let width = columns >= 140 ? 26 : columns >= 100 ? 22 : 18
        let hasRoom = columns >= Layout.enoughForSidebar && !state.isSidebarFolded
        isSidebarOver = !hasRoom && state.isInSidebar
        sidebar = hasRoom || isSidebarOver ? Area(columns: 0..<min(width, columns), rows: body) : nil
        let left = hasRoom ? width + 1 : 0

        var listRight = columns, listBottom = body.upperBound
        // What the status has over one row is taken from the list, so that the details don't jump.
        let height = body.count + wanted - 1
        if state.isDetailsFolded {
            details = nil
        } else if columns - left >= Layout.enoughForBoth, body.count >= 6 {
            listRight = columns - max(36, min(76, (columns - left) * 2 / 5)) - 1
            details = Area(columns: listRight + 1..<columns, rows: body)
        } else if height >= Layout.enoughBelow, columns >= 40 {
            let top = body.lowerBound + height - max(7, min(16, height / 3))
            listBottom = min(top - 1, body.upperBound)
            details = Area(columns: left..<columns, rows: top..<max(top, body.upperBound))
        } else {
            details = nil
        }
        titleRow = body.count >= 2 ? body.lowerBound : nil
        let top = min(listBottom, body.lowerBound + (titleRow == nil ? 0 : 1))
        list = Area(columns: min(left, listRight)..<listRight, rows: top..<max(top, listBottom))
    }
}

/// The list's lines: the open tasks, then a heading and the done ones.
struct ListLines {
    private let openCount: Int
    private let itemCount: Int

    init(_ board: Board) {
        (itemCount, openCount) = (board.rowCount, board.openRowCount)
        hasFoldedOnes = board.isDoneFolded && board.viewCount > board.listing.openCount
    }

    /// Whether there is a heading with nothing under it.
    private let hasFoldedOnes: Bool

    /// Where the heading of the done ones stands; nil where there are none.
    var headingLine: Int? { openCount < itemCount || hasFoldedOnes ? openCount : nil }

    var count: Int { itemCount + (headingLine == nil ? 0 : 1) }

    func line(ofItem index: Int) -> Int { index < openCount ? index : index + 1 }

    /// Nil for the heading.
    func item(atLine line: Int) -> Int? { line == headingLine ? nil : line < openCount ? line : line - 1 }
}
