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
        frame.fill(0..<state.size.columns, 1..<max(1, state.size.rows - 1))
        BoxView.draw(box.columns, box.rows, title: "Keys", theme, &frame)
        frame.caret = nil
        let lines = lines(state), height = box.rows.count - 2
        let keyColumns = lines.map { $0.text.isEmpty ? 0 : Text.width($0.keys) }.max() ?? 0
        for (index, line) in lines.dropFirst(top).prefix(height).enumerated() {
            let row = box.rows.lowerBound + 1 + index, left = box.columns.lowerBound + 2, room = box.columns.count - 4
            switch line.kind {
            case .heading: frame.write(Text.fitted(line.text, to: room), at: left, row, theme[.heading])
            case .keys:
                frame.write(Text.fitted(line.keys, to: room - 1), at: left + 1, row, theme[.hintKey])
                let indent = line.keys.isEmpty ? 3 : keyColumns + 3
                frame.write(Text.fitted(line.text, to: room - indent), at: left + indent, row, .plain)
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

    private static func box(_ state: State) -> (columns: Range<Int>, rows: Range<Int>) {
        let width = min(widest, state.size.columns)
        let height = min(lines(state).count + 2, max(0, state.size.rows - 2))
        let left = (state.size.columns - width) / 2, top = 1 + max(0, state.size.rows - 2 - height) / 2
        return (left..<left + width, top..<top + height)
    }

    private static func lines(_ state: State) -> [Line] {
        /// Commands that belong together share a line.
        func line(_ text: String, _ commands: Command...) -> Line {
            let keys = commands.map { state.keys.keys(for: $0).map { "\($0)" }.joined(separator: " ") }.filter { !$0.isEmpty }
            return Line(keys: keys.isEmpty ? "(no key)" : keys.joined(separator: "   "), text: text)
        }
        func heading(_ text: String) -> Line { Line(kind: .heading, text: text) }
        let lines = [
            heading("Moving"),
            line("one task up, down", .up, .down),
            line("one page up, down", .pageUp, .pageDown),
            line("the first task, the last", .first, .last),
            heading("Tasks"),
            line("mark as done, or as not done", .toggle),
            line("add a task", .add),
            line("delete the task (asks first)", .delete),
            line("show only what contains these words", .filter),
            line("clear the message or the filter", .clear),
            line("load the tasks again, and redraw", .refresh),
            heading("While typing"),
            Line(keys: "Enter   Esc", text: "take it, leave it"),
            Line(keys: "← →   Home End", text: "move (with Ctrl by words)"),
            Line(keys: "Ctrl-U Ctrl-K Ctrl-W", text: "delete all before, behind, the last word"),
            heading("Program"),
            line("this help", .help),
            line("to the shell (back with fg)", .suspend),
            line("quit, when all is saved", .quit),
            line("quit at once", .quitNow),
        ]
        if state.size.columns >= enoughForBoth { return lines }
        return lines.flatMap { $0.kind == .heading ? [$0] : [Line(keys: $0.keys), Line(text: $0.text)] }
    }
}
