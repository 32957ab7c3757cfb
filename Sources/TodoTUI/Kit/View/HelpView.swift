/// Every key, in a box over the list.
enum HelpView {
    private struct Line {
        enum Kind { case heading, keys }
        var kind = Kind.keys
        var keys = ""
        var text = ""
    }

    private static let widest = 76
    /// Narrower, a line's keys and its text each get a row.
    private static let enoughForBoth = 60

    static func draw(_ state: State, _ top: Int, _ frame: inout Frame) {
        let theme = state.theme, box = box(state)
        guard box.columns.count > 6, box.rows.count > 2 else { return }
        BoxView.draw(box.columns, box.rows, title: "Keys", theme, &frame)
        let lines = lines(state), height = box.rows.count - 2
        let keyColumns = lines.map { $0.text.isEmpty ? 0 : Text.width($0.keys) }.max() ?? 0
        for (index, line) in lines.dropFirst(top).prefix(height).enumerated() {
            let row = box.rows.lowerBound + 1 + index, left = box.columns.lowerBound + 2, room = box.columns.count - 4
            switch line.kind {
            case .heading: frame.write(Text.fitted(line.text, to: room), at: left, row, theme[.heading])
            case .keys:
                frame.write(Text.fitted(line.keys, to: room - 1), at: left + 1, row, theme[.hintKey])
                let indent = line.keys.isEmpty ? 3 : keyColumns + 3
                frame.write(Text.fitted(line.text, to: room - indent), at: left + indent, row, theme[.text])
            }
        }
        let below = lines.count - top - height
        if below > 0 {
            let text = " \(below) more "
            frame.write(text, at: box.columns.upperBound - Text.width(text) - 2, box.rows.upperBound - 1, theme[.border])
        }
    }

    /// How far down the help can be moved.
    static func lastTop(_ state: State) -> Int { max(0, lines(state).count - (box(state).rows.count - 2)) }

    private static func box(_ state: State) -> Area {
        let width = min(widest, state.size.columns)
        let height = min(lines(state).count + 2, max(0, state.size.rows - 3))
        let left = (state.size.columns - width) / 2, top = 1 + max(0, state.size.rows - 3 - height) / 2
        return Area(columns: left..<left + width, rows: top..<top + height)
    }

    private static func lines(_ state: State) -> [Line] {
        func heading(_ text: String) -> Line { Line(kind: .heading, text: text) }
        func line(_ command: Command) -> Line {
            let keys = state.keys.keys(for: command).map { "\($0)" }.joined(separator: " ")
            return Line(keys: keys.isEmpty ? "(no key)" : keys, text: command.words)
        }
        // What the keys do where the cursor is comes first.
        let groups = Command.groups.sorted { state.isInSidebar && $0.heading == "Views" && $1.heading != "Views" }
        var lines = groups.flatMap { [heading($0.heading)] + $0.commands.map(line) }
        lines += [
            heading("While typing"), Line(keys: "Enter   Esc", text: "take it, leave it"),
            Line(keys: "← →   Home End", text: "move (with Ctrl by words)"),
            Line(keys: "Ctrl-U Ctrl-K Ctrl-W", text: "delete all before, behind, the last word"),
            heading("Mouse"), Line(keys: "click   wheel", text: "choose a task or a view; move"),
        ]
        if state.size.columns >= enoughForBoth { return lines }
        return lines.flatMap { $0.kind == .heading ? [$0] : [Line(keys: $0.keys), Line(text: $0.text)] }
    }
}
