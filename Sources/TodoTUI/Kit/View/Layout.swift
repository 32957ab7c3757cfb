/// Which rows of the screen are for what. When there are few, the hints give way first, then the status.
struct Layout {
    /// The longest message takes so many rows.
    private static let mostStatusRows = 3
    private static let roomyRows = 12

    /// The input line above the list.
    let promptRow: Int?
    let listTop: Int
    let listHeight: Int
    let statusRows: Range<Int>
    let hintRow: Int?

    init(_ state: State) {
        let rows = state.size.rows
        hintRow = rows >= 4 ? rows - 1 : nil
        let statusEnd = hintRow ?? rows
        let wanted = min(Layout.mostStatusRows, max(1, (rows - 3) / 3), StatusView.lines(state).count)
        statusRows = rows >= 3 ? statusEnd - wanted..<statusEnd : statusEnd..<statusEnd
        let hasPrompt =
            switch state.mode {
            case .add, .filter: true
            case .browse, .confirmDelete, .help: !state.board.filter.isEmpty
            }
        // With room for it the row is always kept, so that the list doesn't jump when the prompt comes.
        promptRow = hasPrompt && rows >= 2 ? 1 : nil
        listTop = hasPrompt || rows >= Layout.roomyRows ? 2 : 1
        listHeight = max(0, statusRows.lowerBound - listTop)
    }
}

/// The list's lines: the open tasks, then a heading and the done ones.
struct ListLines {
    /// Items before the heading.
    private let openCount: Int
    private let itemCount: Int

    init(_ board: Board) {
        itemCount = board.items.count
        openCount = board.items.firstIndex(where: \.isInDoneSection) ?? itemCount
    }

    /// Where the heading of the done ones stands; nil where there are none.
    var headingLine: Int? { openCount < itemCount ? openCount : nil }

    var count: Int { itemCount + (headingLine == nil ? 0 : 1) }

    func line(ofItem index: Int) -> Int { index < openCount ? index : index + 1 }

    /// Nil for the heading.
    func item(atLine line: Int) -> Int? { line == headingLine ? nil : line < openCount ? line : line - 1 }
}
