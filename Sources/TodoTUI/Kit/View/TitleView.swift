/// The row above the list: which view it is, or the filter, and the order.
enum TitleView {
    static func draw(_ state: State, _ layout: Layout, _ row: Int, _ frame: inout Frame) {
        let left = layout.list.columns.lowerBound, right = layout.list.columns.upperBound, theme = state.theme
        let board = state.board
        let note = rightSide(state)
        let noteStart = right - Text.width(note) - 1
        let hasNote = noteStart - left > 24
        if hasNote { frame.write(note, at: noteStart, row, theme[.faint]) }
        let end = hasNote ? noteStart - 1 : right - 1
        var column = left + 2
        column = frame.write(
            Text.fitted(board.view.name, to: max(0, end - column)), at: column, row, theme[.heading],
            columns: max(0, end - column))
        if case .prompt(let prompt) = state.mode, case .filter = prompt.kind {
            let start = frame.write(" / ", at: column, row, theme[.inputLabel], columns: max(0, end - column))
            PromptView.field(prompt.editor, at: start, row, columns: end - start, theme[.input], &frame)
        } else if !board.filter.isEmpty {
            frame.write(
                Text.fitted(" / \(board.filter)", to: end - column), at: column, row, theme[.inputLabel], columns: end - column)
        } else if end - column > 3 {
            frame.write(" " + String(repeating: "─", count: end - column - 2), at: column, row, theme[.border])
        }
    }

    private static func rightSide(_ state: State) -> String {
        let board = state.board
        var parts: [String] = []
        if !board.filter.isEmpty { parts.append("\(board.rowCount) of \(board.viewCount)") }
        if !board.marks.isEmpty { parts.append("\(board.marks.count) marked") }
        if board.filter.isEmpty { parts.append(TaskOrder.name(board.sort, in: board.view)) }
        return parts.joined(separator: " · ")
    }
}
