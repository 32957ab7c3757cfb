internal import TodoCore

/// The tasks.
enum ListView {
    static func draw(_ state: State, _ layout: Layout, _ frame: inout Frame) {
        if let row = layout.titleRow { TitleView.draw(state, layout, row, &frame) }
        let board = state.board, area = layout.list
        if board.rowCount == 0, ListLines(board).count == 0 { return drawEmpty(state, area, &frame) }
        let lines = ListLines(board), columns = ListColumns(state, area)
        let marks = Filter(board.filter)
        for (row, line) in zip(area.rows, state.top..<max(state.top, lines.count)) {
            guard let index = lines.item(atLine: line) else {
                drawHeading(row, area, state, &frame)
                continue
            }
            draw(board.item(index), row, columns, marks, state, &frame)
            guard index == board.cursor else { continue }
            frame.write(">", at: area.columns.lowerBound, row, state.theme[.text])
            frame.tint(area.columns, row: row, state.theme[state.isInSidebar ? .chosen : .cursor])
        }
    }

    private static func draw(
        _ item: Board.Item, _ row: Int, _ columns: ListColumns, _ filter: Filter, _ state: State, _ frame: inout Frame
    ) {
        let task = item.task, isOver = task.done || task.deletedAt != nil
        func style(_ role: Role) -> Style { state.theme[isOver ? .done : role] }
        let start = columns.reference.upperBound - task.reference.utf8.count
        frame.write(
            task.reference, at: max(start, columns.reference.lowerBound), row, style(.reference), columns: columns.reference.count
        )
        if item.isMarked { frame.write("*", at: columns.box.lowerBound - 1, row, state.theme[.mark]) }
        // What is on its way has a sign of its own until the server has it.
        let box = task.deletedAt != nil ? "[-]" : task.done ? "[x]" : "[ ]"
        frame.write(box, at: columns.box.lowerBound, row, style(.text), columns: columns.box.count)
        if item.isSaving { frame.write("~", at: columns.box.upperBound, row, state.theme[.activity], columns: 1) }
        title(task.title, row, columns.title, filter, style(.title), state, &frame)
        if let due = task.dueOn, !columns.due.isEmpty {
            let text = DueText(due, today: state.today, isDone: isOver)
            frame.write(text.text, at: columns.due.lowerBound, row, style(text.role), columns: columns.due.count)
        }
        let priority = String(repeating: "!", count: min(3, max(0, task.priority)))
        frame.write(
            priority, at: columns.priority.lowerBound, row, style(task.priority >= 3 ? .priorityHigh : .priority),
            columns: columns.priority.count)
        let tags = task.tags.map { "@\($0)" }.joined(separator: " ")
        frame.write(
            Text.fitted(tags, to: columns.tags.count), at: columns.tags.lowerBound, row, style(.tag), columns: columns.tags.count)
    }

    /// With the letters that the filter has found.
    private static func title(
        _ text: String, _ row: Int, _ columns: Range<Int>, _ filter: Filter, _ style: Style, _ state: State, _ frame: inout Frame
    ) {
        let shown = Text.fitted(text, to: columns.count), marks = filter.marks(in: shown)
        if marks.isEmpty {
            frame.write(shown, at: columns.lowerBound, row, style, columns: columns.count)
            return
        }
        var column = columns.lowerBound
        for (index, character) in shown.enumerated() {
            let role = marks.contains(index) ? state.theme[.match] : style
            column = frame.write(String(character), at: column, row, role, columns: columns.upperBound - column)
        }
    }

    private static func drawHeading(_ row: Int, _ area: Area, _ state: State, _ frame: inout Frame) {
        let style = state.theme[.section], board = state.board
        let done = board.viewCount - board.listing.openCount
        let text = board.isDoneFolded ? "\(done) done, folded away" : "Done"
        let end = frame.write(
            Text.fitted("  ── \(text) ", to: area.columns.count), at: area.columns.lowerBound, row, style,
            columns: area.columns.count)
        frame.write(String(repeating: "─", count: max(0, area.columns.upperBound - 2 - end)), at: end, row, style)
    }

    private static func drawEmpty(_ state: State, _ area: Area, _ frame: inout Frame) {
        let lines = words(state)
        let first = area.rows.lowerBound + max(0, (area.rows.count - lines.count) / 2)
        for (index, line) in lines.enumerated() where index < area.rows.count {
            let text = Text.fitted(line, to: area.columns.count)
            let column = area.columns.lowerBound + max(0, (area.columns.count - Text.width(text)) / 2)
            frame.write(text, at: column, first + index, state.theme[index == 0 ? .heading : .faint])
        }
    }

    private static func words(_ state: State) -> [String] {
        let board = state.board, add = "Press \(state.keys.name(.add)) to add a task."
        if !board.filter.isEmpty, board.viewCount > 0 {
            return ["No task here contains “\(board.filter)”.", "\(state.keys.name(.clear)) shows all of them again."]
        }
        if state.isLoading || !state.hasLoaded && state.link == .connecting { return ["Loading your tasks…"] }
        if !state.hasLoaded { return ["Your tasks could not be loaded.", "Press \(state.keys.name(.refresh)) to try again."] }
        switch board.view {
        case .all: return ["Nothing to do.", add]
        case .today: return ["Nothing is due today.", "\(state.keys.name(.upcoming)) shows what is due later."]
        case .overdue: return ["Nothing is overdue."]
        case .upcoming: return ["Nothing is due later."]
        case .done: return ["Nothing is done yet."]
        case .deleted: return ["Nothing is deleted.", "What you delete stays here for 30 days."]
        case .list, .tag: return ["Nothing in \(board.view.name).", add]
        }
    }
}
