internal import TodoCore

/// The last row: the keys that matter now. Those that don't fit are left out, the least needed first.
enum HintView {
    struct Hint {
        var key: String
        var text: String
        /// 1 is needed most.
        var rank: Int

        init(_ key: String, _ text: String, _ rank: Int) {
            self.key = key
            self.text = text
            self.rank = rank
        }

        var width: Int { Text.width(key) + 1 + Text.width(text) }
    }

    static func draw(_ state: State, _ row: Int, _ frame: inout Frame) {
        let gap = 2
        var room = state.size.columns - 2 + gap
        let hints = hints(state)
        var kept: Set<Int> = []
        for (index, hint) in hints.enumerated().sorted(by: { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }) {
            guard hint.width + gap <= room else { continue }
            room -= hint.width + gap
            kept.insert(index)
        }
        var column = 1
        for (index, hint) in hints.enumerated() where kept.contains(index) {
            column = frame.write(hint.key, at: column, row, state.theme[.hintKey])
            column = frame.write(hint.text, at: column + 1, row, state.theme[.hintText]) + gap
        }
    }

    private static func hints(_ state: State) -> [Hint] {
        if case .account(let form) = state.screen {
            return [
                Hint("Tab", "next field", 3), Hint("Enter", enterHint(form), 1),
                Hint("F2", form.purpose == .signIn ? "new account" : "sign in", 2), Hint("Ctrl-C", "quit", 1),
            ]
        }
        switch state.mode {
        case .browse: return browseHints(state)
        case .add:
            return [
                Hint("Enter", "add", 1), Hint("Esc", "cancel", 1), Hint("Ctrl-U", "clear", 3), Hint("Ctrl-W", "delete word", 4),
            ]
        case .filter: return [Hint("Enter", "keep", 1), Hint("Esc", "cancel", 1), Hint("↑↓", "move", 2)]
        case .confirmDelete: return [Hint("y", "delete it", 1), Hint("n", "keep it", 1)]
        case .help: return (HelpView.lastTop(state) > 0 ? [Hint("↑↓", "more", 2)] : []) + [Hint("Esc", "back", 1)]
        }
    }

    private static func enterHint(_ form: AccountForm) -> String {
        if form.focus == .change { return form.purpose == .signIn ? "new account" : "sign in instead" }
        if form.enterSends { return form.purpose == .signIn ? "sign in" : "create account" }
        return "next"
    }

    private static func browseHints(_ state: State) -> [Hint] {
        func hint(_ command: Command, _ text: String, _ rank: Int) -> Hint? {
            state.keys.keys(for: command).first.map { Hint("\($0)", text, rank) }
        }
        let isDone = state.board.current?.task.done == true, hasTask = state.board.current != nil
        return [
            hint(.add, "add", 3),
            hasTask ? hint(.toggle, isDone ? "not done" : "done", 4) : nil,
            hasTask ? hint(.delete, "delete", 6) : nil,
            state.board.filter.isEmpty ? hint(.filter, "filter", 5) : hint(.clear, "show all", 3),
            hint(.refresh, state.isAway ? "try again" : "refresh", state.isAway ? 2 : 7),
            hint(.help, "help", 1),
            hint(.quit, "quit", 2),
        ].compactMap { $0 }
    }
}
