/// The line above the list where a task is added or the filter stands, and every other input line.
enum PromptView {
    static func draw(_ state: State, _ layout: Layout, _ frame: inout Frame) {
        guard let row = layout.promptRow else { return }
        let theme = state.theme
        switch state.mode {
        case .add(let editor):
            let start = frame.write(state.size.columns < 40 ? "+ " : "  New task: ", at: 0, row, theme[.inputLabel])
            field(editor, at: start, row, columns: state.size.columns - start - 1, theme[.input], &frame)
        case .filter(let editor, _):
            let start = frame.write("  / ", at: 0, row, theme[.inputLabel])
            let end = drawFound(state, row, &frame)
            field(editor, at: start, row, columns: end - start - 1, theme[.input], &frame)
        case .browse, .confirmDelete, .help:
            let end = drawFound(state, row, &frame)
            frame.write("  / \(state.board.filter)", at: 0, row, theme[.inputLabel], columns: end - 1)
        }
    }

    /// How many the filter has found, at the right edge. Returns the column where that begins.
    private static func drawFound(_ state: State, _ row: Int, _ frame: inout Frame) -> Int {
        let text = "\(state.board.items.count) of \(state.board.count)"
        let start = state.size.columns - Text.width(text) - 1
        guard start > 20 else { return state.size.columns }
        frame.write(text, at: start, row, state.theme[.faint])
        return start
    }

    /// An input line with the caret in it. A long text is shown around the caret. `mask` stands for each character.
    static func field(
        _ editor: LineEditor, at column: Int, _ row: Int, columns: Int, _ style: Style, mask: Character? = nil,
        hasFocus: Bool = true, _ frame: inout Frame
    ) {
        guard columns > 0 else { return }
        frame.fill(column..<column + columns, row..<row + 1, style)
        func shown(_ text: String) -> String { mask.map { String(repeating: $0, count: text.count) } ?? text }
        var before = Substring(shown(editor.before))
        var used = Text.width(before)
        while used > columns - 1, let first = before.first {
            used -= Text.width(Text.shown(first))
            before.removeFirst()
        }
        let caret = frame.write(before, at: column, row, style, columns: columns)
        frame.write(shown(editor.after), at: caret, row, style, columns: column + columns - caret)
        if hasFocus { frame.caret = Position(column: min(caret, column + columns - 1), row: row) }
    }
}
