internal import TodoCore

/// The tasks.
enum ListView {
    static func draw(_ state: State, _ layout: Layout, _ frame: inout Frame) {
        let board = state.board
        if board.items.isEmpty { return drawEmpty(state, layout, &frame) }
        let lines = ListLines(board)
        let shown = state.top..<min(lines.count, state.top + layout.listHeight)
        let columns = ListColumns(state)
        for line in shown {
            let row = layout.listTop + line - state.top
            guard let index = lines.item(atLine: line) else {
                drawHeading("Done", row, state, &frame)
                continue
            }
            draw(board.items[index], row, columns, state, &frame)
            guard index == board.cursor else { continue }
            if case .add = state.mode { continue }
            frame.write(">", at: 0, row, .plain)
            frame.mark(0..<state.size.columns, row: row, [.reverse, .bold])
        }
    }

    private static func draw(_ item: Board.Item, _ row: Int, _ columns: ListColumns, _ state: State, _ frame: inout Frame) {
        let task = item.task
        func style(_ role: Role) -> Style { state.theme[task.done ? .done : role] }
        let reference = item.isNew ? ListExtent.newReference : task.reference
        let start = columns.reference.upperBound - Text.width(reference)
        frame.write(
            reference, at: max(start, columns.reference.lowerBound), row, style(.reference), columns: columns.reference.count)
        frame.write(task.done ? "[x]" : "[ ]", at: columns.box.lowerBound, row, style(.text), columns: columns.box.count)
        frame.write(
            Text.fitted(task.title, to: columns.title.count), at: columns.title.lowerBound, row, style(.title),
            columns: columns.title.count)
        if let due = task.dueOn, !columns.due.isEmpty {
            let text = DueText(due, today: state.today, isDone: task.done)
            frame.write(text.text, at: columns.due.lowerBound, row, style(text.role), columns: columns.due.count)
        }
        let priority = String(repeating: "!", count: min(3, max(0, task.priority)))
        frame.write(
            priority, at: columns.priority.lowerBound, row, style(task.priority >= 3 ? .priorityHigh : .priority),
            columns: columns.priority.count)
        frame.write(
            Text.fitted(ListExtent.tags(task), to: columns.tags.count), at: columns.tags.lowerBound, row, style(.tag),
            columns: columns.tags.count)
    }

    private static func drawHeading(_ text: String, _ row: Int, _ state: State, _ frame: inout Frame) {
        let style = state.theme[.section]
        let end = frame.write("  ── \(text) ", at: 0, row, style)
        frame.write(String(repeating: "─", count: max(0, state.size.columns - 2 - end)), at: end, row, style)
    }

    private static func drawEmpty(_ state: State, _ layout: Layout, _ frame: inout Frame) {
        if case .add = state.mode { return }
        let lines: [String]
        if !state.board.filter.isEmpty, state.board.count > 0 {
            lines = ["No task contains “\(state.board.filter)”.", "Esc shows all of them again."]
        } else if state.hasLoaded {
            let key = state.keys.keys(for: .add).first.map { "\($0)" } ?? ""
            lines = ["Nothing to do.", "Press \(key) to add a task."]
        } else if state.isLoading {
            lines = ["Loading your tasks…"]
        } else {
            let key = state.keys.keys(for: .refresh).first.map { "\($0)" } ?? ""
            lines = ["Your tasks could not be loaded.", "Press \(key) to try again."]
        }
        let first = layout.listTop + max(0, (layout.listHeight - lines.count) / 2)
        for (index, line) in lines.enumerated() where index < layout.listHeight {
            let text = Text.fitted(line, to: state.size.columns)
            let column = max(0, (state.size.columns - Text.width(text)) / 2)
            frame.write(text, at: column, first + index, state.theme[index == 0 ? .heading : .faint])
        }
    }
}
