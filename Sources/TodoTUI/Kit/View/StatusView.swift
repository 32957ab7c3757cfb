internal import TodoCore

/// What is going on, above the hints: a question, a message, or what is being loaded or saved.
enum StatusView {
    static func draw(_ state: State, _ layout: Layout, _ frame: inout Frame) {
        let (_, role) = content(state)
        let lines = lines(state), columns = textColumns(state)
        for (row, line) in zip(layout.statusRows, lines) {
            let isCut = row + 1 == layout.statusRows.upperBound && lines.count > layout.statusRows.count
            let text = isCut ? Text.fitted(line + " …", to: columns) : line
            frame.write(text, at: 1, row, state.theme[role], columns: columns)
        }
        guard let last = layout.statusRows.last else { return }
        let right = side(state)
        let start = state.size.columns - Text.width(right) - 1
        if !right.isEmpty { frame.write(right, at: start, last, state.theme[.activity]) }
    }

    /// The text, broken to fit beside what stands at the right edge.
    static func lines(_ state: State) -> [String] { Text.wrapped(content(state).text, to: max(1, textColumns(state))) }

    private static func textColumns(_ state: State) -> Int {
        let side = Text.width(side(state))
        return state.size.columns - 2 - (side == 0 ? 0 : side + 1)
    }

    private static func content(_ state: State) -> (text: String, role: Role) {
        if case .confirmDelete(let item) = state.mode {
            let title = Text.fitted(item.task.title, to: max(8, textColumns(state) - 16))
            return ("Delete “\(title)”? y/n", .question)
        }
        guard let notice = state.notice else { return ("", .text) }
        switch notice.kind {
        case .information: return (notice.text, .text)
        case .success: return (notice.text, .success)
        case .failure: return ("! \(notice.text)", .failure)
        }
    }

    /// What is on its way, and where the cursor is.
    private static func side(_ state: State) -> String {
        guard state.size.columns >= 30 else { return "" }
        guard case .board = state.screen else {
            if case .account(let form) = state.screen, form.isSending { return "Asking \(Text.fitted(state.server, to: 20))…" }
            return ""
        }
        if !state.board.pending.isEmpty { return "Saving…" }
        if state.isLoading { return "Loading…" }
        guard let cursor = state.board.cursor, state.size.columns >= 40 else { return "" }
        return "\(cursor + 1)/\(state.board.items.count)"
    }
}
