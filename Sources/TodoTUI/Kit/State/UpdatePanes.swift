internal import TodoCore

/// What keys and the mouse do in the parts of the screen around the list.
extension State {
    mutating func helpInput(_ input: Input, _ top: Int) -> [Effect] {
        read(input, top, last: HelpView.lastTop(self)) { .help(top: $0) }
    }

    mutating func detailsInput(_ input: Input, _ top: Int) -> [Effect] {
        guard case .key(let key) = input, let command = keys.command(for: key) else { return [] }
        switch command {
        case .edit, .notes, .due, .priority, .tags, .move, .toggle, .copy:
            mode = .browse
            return perform(command)
        default: return read(input, top, last: DetailsView.lastTop(self)) { .details(top: $0) }
        }
    }

    /// Moves through a text; any other key leaves it.
    private mutating func read(_ input: Input, _ top: Int, last: Int, _ mode: (Int) -> Mode) -> [Effect] {
        guard case .key(let key) = input else { return [] }
        let page = max(1, size.rows - 6)
        switch keys.command(for: key) {
        case .quitNow: return [.quit]
        case .suspend: return [.suspend]
        case .up: self.mode = mode(max(0, top - 1))
        case .down: self.mode = mode(min(last, top + 1))
        case .pageUp: self.mode = mode(max(0, top - page))
        case .pageDown, .toggle: self.mode = mode(min(last, top + page))
        case .first: self.mode = mode(0)
        case .last: self.mode = mode(last)
        default: self.mode = .browse
        }
        return []
    }

    mutating func take(_ mouse: Mouse) -> [Effect] {
        switch mode {
        case .help(let top): return scroll(mouse, top, HelpView.lastTop(self)) { .help(top: $0) }
        case .details(let top): return scroll(mouse, top, DetailsView.lastTop(self)) { .details(top: $0) }
        case .browse: break
        case .prompt(let prompt): guard case .filter = prompt.kind else { return [] }
        case .menu, .confirmDelete, .conflict: return []
        }
        let layout = Layout(self)
        if let sidebar = layout.sidebar, sidebar.contains(mouse.place) { return sidebarMouse(mouse, sidebar) }
        isInSidebar = false
        guard layout.list.contains(mouse.place) else { return [] }
        let step = max(1, min(3, layout.list.rows.count / 4))
        switch mouse.action {
        case .scrollUp: board.moveCursor(to: (board.cursor ?? 0) - step)
        case .scrollDown: board.moveCursor(to: (board.cursor ?? 0) + step)
        case .press:
            let line = top + mouse.place.row - layout.list.rows.lowerBound
            let lines = ListLines(board)
            guard line < lines.count else { return [] }
            if let row = lines.item(atLine: line) { board.moveCursor(to: row) } else { board.fold(!board.isDoneFolded) }
        }
        return []
    }

    private mutating func sidebarMouse(_ mouse: Mouse, _ area: Area) -> [Effect] {
        let views = Sidebar.views(self), index = views.firstIndex(of: board.view) ?? 0
        switch mouse.action {
        case .scrollUp: return show(views[max(0, index - 1)])
        case .scrollDown: return show(views[min(views.count - 1, index + 1)])
        case .press:
            let line = Sidebar.top(self, area.rows.count) + mouse.place.row - area.rows.lowerBound
            let lines = Sidebar.lines(self)
            guard lines.indices.contains(line), let view = lines[line].view else { return [] }
            return show(view)
        }
    }

    private mutating func scroll(_ mouse: Mouse, _ top: Int, _ last: Int, _ mode: (Int) -> Mode) -> [Effect] {
        switch mouse.action {
        case .scrollUp: self.mode = mode(max(0, top - 3))
        case .scrollDown: self.mode = mode(min(last, top + 3))
        case .press: self.mode = .browse
        }
        return []
    }
}
