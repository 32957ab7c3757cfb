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
        if !right.isEmpty { frame.write(right, at: start, last, state.theme[state.isAway ? .failure : .activity]) }
    }

    /// The text, broken to fit beside what stands at the right edge.
    static func lines(_ state: State) -> [String] { Text.wrapped(content(state).text, to: max(1, textColumns(state))) }

    private static func textColumns(_ state: State) -> Int {
        let side = Text.width(side(state))
        return state.size.columns - 2 - (side == 0 ? 0 : side + 1)
    }

    private static func content(_ state: State) -> (text: String, role: Role) {
        if case .confirmDelete(let tasks) = state.mode {
            guard tasks.count == 1 else { return ("Delete \(tasks.count) tasks? y/n", .question) }
            let title = Text.fitted(tasks[0].title, to: max(8, textColumns(state) - 16))
            return ("Delete “\(title)”? y/n", .question)
        }
        guard let notice = state.notice else { return ("", .text) }
        switch notice.kind {
        case .information: return (notice.text, .text)
        case .success: return (notice.text, .success)
        case .failure: return ("! \(notice.text)", .failure)
        }
    }

    /// What is on its way, whether the news come in, and where the cursor is.
    private static func side(_ state: State) -> String {
        guard state.size.columns >= 30 else { return "" }
        guard case .board = state.screen else {
            if case .account(let form) = state.screen, form.isSending { return "Asking \(Text.fitted(state.server, to: 20))…" }
            return ""
        }
        var parts: [String] = []
        if let saving = saving(state) { parts.append(saving) }
        if let loading = loading(state) { parts.append(loading) }
        if let cursor = state.board.cursor, state.size.columns >= 40, parts.isEmpty || state.size.columns >= 70 {
            parts.append("\(cursor + 1)/\(state.board.rowCount)")
        }
        switch state.link {
        case .live: parts.append("live")
        case .connecting: parts.append("connecting…")
        case .off: parts.append("not live")
        case .away: parts.append("away")
        }
        return parts.joined(separator: " · ")
    }

    private static func saving(_ state: State) -> String? {
        let pending = state.board.pendingCount
        if pending == 0 { return nil }
        let total = state.steps.values.reduce(0) { $0 + $1.total }
        return total > 1 ? "Saving \(total - pending)/\(total)…" : "Saving…"
    }

    private static func loading(_ state: State) -> String? {
        guard let load = state.loads.last else { return nil }
        guard let total = load.total, total > load.received else { return "Loading…" }
        return "Loading \(load.received * 100 / max(1, total)) %…"
    }
}
