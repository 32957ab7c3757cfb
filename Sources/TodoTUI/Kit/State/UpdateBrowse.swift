internal import TodoCore

extension State {
    mutating func browseInput(_ input: Input) -> [Effect] {
        // Pasted text is no command.
        guard case .key(let key) = input, let command = keys.command(for: key) else { return [] }
        return perform(command)
    }

    /// Does a command of the board.
    mutating func perform(_ command: Command) -> [Effect] {
        if notice?.kind != .failure { notice = nil }
        let cursor = board.cursor ?? 0, page = max(1, Layout(self).listHeight - 1)
        switch command {
        case .up: board.moveCursor(to: cursor - 1)
        case .down: board.moveCursor(to: cursor + 1)
        case .pageUp: board.moveCursor(to: cursor - page)
        case .pageDown: board.moveCursor(to: cursor + page)
        case .first: board.moveCursor(to: 0)
        case .last: board.moveCursor(to: board.items.count - 1)
        case .add: mode = .add(LineEditor(unsaved?.title ?? ""))
        case .toggle: return toggle()
        case .delete: if let item = board.current { mode = .confirmDelete(item) }
        case .filter: mode = .filter(LineEditor(board.filter), before: board.filter)
        case .clear:
            if notice == nil { board.filter = "" }
            notice = nil
            isLeaving = false
        case .refresh:
            notice = nil
            return [.redraw] + load()
        case .help: mode = .help(top: 0)
        case .suspend: return [.suspend]
        case .quit: return quit()
        case .quitNow: return [.quit]
        }
        return []
    }

    private mutating func toggle() -> [Effect] {
        guard let task = board.current?.task else { return [] }
        notice = nil
        return [change(.update(task.id, TaskPatch(done: !task.done)), task.title)]
    }

    private mutating func quit() -> [Effect] {
        if board.pending.isEmpty || isLeaving { return [.quit] }
        isLeaving = true
        say(.information, "Saving first, then quitting. Press q again to quit at once.")
        return []
    }

    /// Puts a change on the screen; the effect sends it.
    mutating func change(_ kind: Change.Kind, _ title: String) -> Effect {
        let change = Change(number: nextChange, kind: kind, title: title)
        nextChange += 1
        board.apply(change)
        return .change(change)
    }

    mutating func confirmInput(_ input: Input, _ item: Board.Item) -> [Effect] {
        guard case .key(let key) = input else { return [] }
        switch (key.code, key.modifiers) {
        case (.character("c"), .control): return [.quit]
        case (.character("y"), []), (.character("Y"), []):
            mode = .browse
            notice = nil
            return [change(.delete(item.task.id), item.task.title)]
        case (.character("z"), .control): return [.suspend]
        default:
            mode = .browse
            say(.information, "Nothing was deleted.")
            return []
        }
    }

    mutating func helpInput(_ input: Input, _ top: Int) -> [Effect] {
        guard case .key(let key) = input else { return [] }
        let command = keys.command(for: key), page = max(1, size.rows - 6)
        let last = HelpView.lastTop(self)
        switch command {
        case .quitNow: return [.quit]
        case .suspend: return [.suspend]
        case .up: mode = .help(top: max(0, top - 1))
        case .down: mode = .help(top: min(last, top + 1))
        case .pageUp: mode = .help(top: max(0, top - page))
        case .pageDown, .toggle: mode = .help(top: min(last, top + page))
        case .first: mode = .help(top: 0)
        case .last: mode = .help(top: last)
        default: mode = .browse
        }
        return []
    }
}
