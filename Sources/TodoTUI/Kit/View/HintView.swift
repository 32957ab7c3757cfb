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
        case .browse: return state.isInSidebar ? sidebarHints(state) : browseHints(state)
        case .prompt(let prompt): return promptHints(prompt)
        case .menu: return [Hint("Enter", "take it", 1), Hint("↑↓", "move", 3), Hint("Esc", "cancel", 2)]
        case .confirmDelete(let tasks):
            return [Hint("y", "delete \(tasks.count == 1 ? "it" : "them")", 1), Hint("n", "keep it", 1)]
        case .conflict(let conflict):
            let canEdit = conflict.patch.title != nil || conflict.patch.notes != nil
            return [Hint("m", "keep mine", 1), Hint("t", "take theirs", 1)] + (canEdit ? [Hint("e", "edit mine again", 2)] : [])
        case .details:
            return [
                Hint("↑↓", "more", 3), hint(state, .edit, "edit", 4), hint(state, .notes, "notes", 4), Hint("Esc", "back", 1),
            ]
            .compactMap { $0 }
        case .help: return (HelpView.lastTop(state) > 0 ? [Hint("↑↓", "more", 2)] : []) + [Hint("Esc", "back", 1)]
        }
    }

    private static func promptHints(_ prompt: Prompt) -> [Hint] {
        let words: String
        switch prompt.kind {
        case .filter: return [Hint("Enter", "keep", 1), Hint("Esc", "cancel", 1), Hint("↑↓", "move", 2)]
        case .add: words = "add"
        case .title, .due, .tags: words = "save"
        case .list: words = "move"
        case .command: words = "do it"
        }
        return [Hint("Enter", words, 1), Hint("Esc", "cancel", 1), Hint("Ctrl-U", "clear", 3), Hint("Ctrl-W", "delete word", 4)]
    }

    private static func hint(_ state: State, _ command: Command, _ text: String, _ rank: Int) -> Hint? {
        state.keys.keys(for: command).first.map { Hint("\($0)", text, rank) }
    }

    private static func sidebarHints(_ state: State) -> [Hint] {
        [
            Hint("↑↓", "choose", 2), hint(state, .open, "to the tasks", 1), hint(state, .foldSidebar, "fold away", 4),
            hint(state, .add, "add", 4), hint(state, .help, "help", 1), hint(state, .quit, "quit", 3),
        ].compactMap { $0 }
    }

    private static func enterHint(_ form: AccountForm) -> String {
        if form.focus == .change { return form.purpose == .signIn ? "new account" : "sign in instead" }
        if form.enterSends { return form.purpose == .signIn ? "sign in" : "create account" }
        return "next"
    }

    private static func browseHints(_ state: State) -> [Hint] {
        let board = state.board, marked = board.marks.count
        let refresh = hint(state, .refresh, state.isAway ? "try again" : "refresh", state.isAway ? 2 : 12)
        guard let task = board.current?.task else {
            return [
                hint(state, .add, "add", 2), board.filter.isEmpty ? nil : hint(state, .clear, "show all", 2),
                hint(state, .sidebar, "views", 4), refresh, hint(state, .help, "help", 1), hint(state, .quit, "quit", 2),
            ].compactMap { $0 }
        }
        if task.deletedAt != nil {
            return [
                hint(state, .restore, "restore", 2), hint(state, .mark, "mark", 4), hint(state, .sidebar, "views", 4), refresh,
                hint(state, .help, "help", 1), hint(state, .quit, "quit", 2),
            ].compactMap { $0 }
        }
        return [
            hint(state, .add, "add", 3),
            hint(state, .toggle, task.done ? "not done" : "done", 4),
            hint(state, .edit, "edit", 6),
            hint(state, .due, "due", 8),
            hint(state, .delete, "delete", 7),
            marked == 0 ? hint(state, .mark, "mark", 10) : hint(state, .clear, "unmark \(marked)", 3),
            board.filter.isEmpty ? hint(state, .filter, "filter", 5) : marked == 0 ? hint(state, .clear, "show all", 3) : nil,
            state.log.undo.isEmpty ? nil : hint(state, .undo, "undo", 9),
            hint(state, .sidebar, "views", 11),
            refresh,
            hint(state, .help, "help", 1),
            hint(state, .quit, "quit", 2),
        ].compactMap { $0 }
    }
}
