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
        if command.changesTasks {
            if let reason = whyReadOnly(command) {
                say(.information, reason)
                return []
            }
            notice = nil
            return changeTasks(command)
        }
        if let view = command.view { return show(view) }
        if isInSidebar, let effects = moveInSidebar(command) { return effects }
        let cursor = board.cursor ?? 0, page = max(1, Layout(self).list.rows.count - 1)
        switch command {
        case .up: board.moveCursor(to: cursor - 1)
        case .down: board.moveCursor(to: cursor + 1)
        case .pageUp: board.moveCursor(to: cursor - page)
        case .pageDown: board.moveCursor(to: cursor + page)
        case .first: board.moveCursor(to: 0)
        case .last: board.moveCursor(to: board.rowCount - 1)
        case .nextMatch: findNext(1)
        case .previousMatch: findNext(-1)
        case .filter: mode = .prompt(Prompt(.filter(before: board.filter), board.filter))
        case .clear: clear()
        case .sidebar: isInSidebar.toggle()
        case .left: isInSidebar = true
        case .right: isInSidebar = false
        case .previousView: return showNeighbour(-1)
        case .nextView: return showNeighbour(1)
        case .mark:
            board.toggleMark()
            board.moveCursor(to: cursor + 1)
        case .markAll: board.toggleAllMarks()
        case .copy: return copy()
        case .sort: mode = .menu(Menu(kind: .sort, selected: TaskSort.allCases.firstIndex { $0 == board.sort } ?? 5))
        case .fold: board.fold(!board.isDoneFolded)
        case .foldSidebar: (isSidebarFolded, isInSidebar) = (!isSidebarFolded, false)
        case .foldDetails: isDetailsFolded.toggle()
        case .open: if board.current != nil { mode = .details(top: 0) }
        case .command: mode = .prompt(Prompt(.command))
        case .refresh: return refresh()
        case .help: mode = .help(top: 0)
        case .suspend: return [.suspend]
        case .quit: return quit()
        case .quitNow: return [.quit]
        default: break
        }
        return []
    }

    /// Nil where the command can be done.
    private func whyReadOnly(_ command: Command) -> String? {
        if isAway { return "The server is away: only reading until it is back. \(keys.name(.refresh)) tries at once." }
        if board.view == .deleted, ![.restore, .undo, .redo, .add].contains(command) {
            return "This task is deleted. \(keys.name(.restore)) restores it."
        }
        return nil
    }

    private mutating func findNext(_ step: Int) {
        let text = board.filter.isEmpty ? lastFilter : board.filter
        if text.isEmpty { return say(.information, "Nothing to look for yet: \(keys.name(.filter)) filters.") }
        if !board.moveCursor(toMatch: Filter(text), step: step) { say(.information, "No task here contains “\(text)”.") }
    }

    /// The latest first: the message, the marks, the filter.
    private mutating func clear() {
        isLeaving = false
        if isInSidebar { return isInSidebar = false }
        if notice != nil { return notice = nil }
        if !board.marks.isEmpty { return board.clearMarks() }
        board.find("")
    }

    private mutating func copy() -> [Effect] {
        let references = board.targets.map(\.reference).joined(separator: " ")
        if references.isEmpty { return [] }
        say(.success, "Copied: \(references)")
        return [.copy(references)]
    }

    mutating func refresh() -> [Effect] {
        if notice?.kind == .failure { notice = nil }
        // The feed tries at once; when it is there, it asks for what is missing.
        if isAway { return [.redraw, .follow] + load() }
        return [.redraw, .loadLists] + load() + (board.view == .deleted ? [begin(deleted: true)] : [])
    }

    mutating func quit() -> [Effect] {
        if board.pendingCount == 0 || isLeaving { return [.quit] }
        isLeaving = true
        say(.information, "Saving first, then quitting. Press \(keys.name(.quit)) again to quit at once.")
        return []
    }

    // MARK: Views

    /// Shows another view. The deleted tasks are asked for when they are wanted.
    mutating func show(_ view: TaskView) -> [Effect] {
        board.show(view)
        top = 0
        let isKnown = hasLoadedDeleted || isAway || loads.contains { $0.deleted }
        return view == .deleted && !isKnown ? [begin(deleted: true)] : []
    }

    private mutating func showNeighbour(_ step: Int) -> [Effect] {
        let views = Sidebar.views(self)
        guard let index = views.firstIndex(of: board.view) else { return show(.all) }
        return views.indices.contains(index + step) ? show(views[index + step]) : []
    }

    /// Nil for a command that means the same in the sidebar.
    private mutating func moveInSidebar(_ command: Command) -> [Effect]? {
        let views = Sidebar.views(self), page = max(1, Layout(self).body.count - 1)
        let index = views.firstIndex(of: board.view) ?? 0
        func view(_ index: Int) -> TaskView { views[min(max(0, index), views.count - 1)] }
        switch command {
        case .up: return show(view(index - 1))
        case .down: return show(view(index + 1))
        case .pageUp: return show(view(index - page))
        case .pageDown: return show(view(index + page))
        case .first: return show(view(0))
        case .last: return show(view(views.count - 1))
        case .open:
            isInSidebar = false
            return []
        default: return nil
        }
    }
}
