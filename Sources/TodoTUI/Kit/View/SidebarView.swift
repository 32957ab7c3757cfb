internal import TodoCore

/// What the sidebar has: the smart views, the lists, the tags.
enum Sidebar {
    /// A view, a heading, or a blank line.
    struct Line {
        var view: TaskView?
        var text = ""
        /// A list's name, where it says more than its key.
        var more = ""
    }

    /// From top to bottom.
    static func lines(_ state: State) -> [Line] {
        let counts = state.board.counts
        var lines = TaskView.smart.map { Line(view: $0, text: $0.name) }
        lines += [Line(), Line(text: "Lists"), Line(view: .list(nil), text: "Inbox")]
        let named = Dictionary(
            state.lists.compactMap { list in list.key.map { ($0, list.name) } }, uniquingKeysWith: { first, _ in first })
        for key in Set(named.keys).union(counts.listKeys).sorted() {
            let name = named[key] ?? ""
            lines.append(Line(view: .list(key), text: key, more: name.uppercased() == key ? "" : name))
        }
        guard !counts.tagNames.isEmpty else { return lines }
        lines += [Line(), Line(text: "Tags")]
        return lines + counts.tagNames.map { Line(view: .tag($0), text: "@\($0)") }
    }

    /// The views alone.
    static func views(_ state: State) -> [TaskView] { lines(state).compactMap(\.view) }

    /// The first line that is shown, so that the chosen one is on the screen.
    static func top(_ state: State, _ height: Int) -> Int { top(lines(state), state.board.view, height) }

    static func top(_ lines: [Line], _ view: TaskView, _ height: Int) -> Int {
        let chosen = lines.firstIndex { $0.view == view } ?? 0
        return max(0, min(lines.count - height, chosen - height / 2))
    }
}

enum SidebarView {
    static func draw(_ state: State, _ area: Area, _ layout: Layout, _ frame: inout Frame) {
        let theme = state.theme, lines = Sidebar.lines(state), counts = state.board.counts
        let top = Sidebar.top(lines, state.board.view, area.rows.count)
        let right = area.columns.upperBound
        frame.fill(area.columns.lowerBound..<min(right + 1, state.size.columns), area.rows, theme[.text])
        for row in area.rows { frame.write("│", at: right, row, theme[.border]) }
        for (row, line) in zip(area.rows, lines.dropFirst(top)) {
            guard let view = line.view else {
                frame.write(Text.fitted(line.text, to: right - 2), at: 1, row, theme[.heading])
                continue
            }
            let isChosen = view == state.board.view, count = counts.count(view)
            let number = count == 0 ? "" : "\(count)"
            let room = right - 3 - number.utf8.count
            let role: Role =
                view == .overdue && count > 0 ? .overdue : view == .today && count > 0 ? .dueToday : count == 0 ? .faint : .text
            let end = frame.write(Text.fitted(line.text, to: room - 1), at: 2, row, theme[isChosen ? .text : role])
            if !line.more.isEmpty, room - end > 2 {
                frame.write(Text.fitted(line.more, to: room - end), at: end + 1, row, theme[.faint])
            }
            frame.write(number, at: right - 1 - number.utf8.count, row, theme[isChosen ? .text : role == .text ? .faint : role])
            guard isChosen else { continue }
            // The sign says it too, and where the keys go.
            frame.write(state.isInSidebar ? ">" : "·", at: 0, row, theme[.text])
            frame.tint(area.columns, row: row, theme[state.isInSidebar ? .cursor : .chosen])
        }
    }
}
