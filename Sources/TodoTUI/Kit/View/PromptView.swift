internal import TodoCore

/// Where a line is typed: the title in its place in the list, the filter in the list's title, the others in a box.
enum PromptView {
    static func draw(_ state: State, _ prompt: Prompt, _ layout: Layout, _ frame: inout Frame) {
        switch prompt.kind {
        case .filter: break
        case .title: if !drawInPlace(state, prompt, layout, &frame) { box(state, prompt, layout, &frame) }
        case .add, .due, .tags, .list, .command: box(state, prompt, layout, &frame)
        }
    }

    /// False where the task's row isn't on the screen.
    private static func drawInPlace(_ state: State, _ prompt: Prompt, _ layout: Layout, _ frame: inout Frame) -> Bool {
        guard let cursor = state.board.cursor, state.board.current?.task.id == prompt.targets.first?.id else { return false }
        let row = layout.list.rows.lowerBound + ListLines(state.board).line(ofItem: cursor) - state.top
        let columns = ListColumns(state, layout.list).title
        guard layout.list.rows.contains(row), columns.count >= 12 else { return false }
        // To the right edge: what stands there can wait.
        let end = layout.list.columns.upperBound - 1
        frame.fill(layout.list.columns, row..<row + 1, state.theme[.text])
        frame.write(">", at: layout.list.columns.lowerBound, row, state.theme[.inputLabel])
        frame.write(
            "Title ", at: layout.list.columns.lowerBound + 2, row, state.theme[.inputLabel],
            columns: columns.lowerBound - layout.list.columns.lowerBound - 2)
        field(prompt.editor, at: columns.lowerBound, row, columns: end - columns.lowerBound, state.theme[.input], &frame)
        return true
    }

    private static func box(_ state: State, _ prompt: Prompt, _ layout: Layout, _ frame: inout Frame) {
        let beside = state.size.columns - layout.list.columns.lowerBound
        let width = min(96, beside >= 56 ? beside : state.size.columns)
        let left = beside >= 56 ? layout.list.columns.lowerBound : 0
        let columns = left..<left + width, theme = state.theme
        let room = width - 4
        guard room > 0 else { return }
        let reading = reading(state, prompt)
        let words = Text.wrapped(reading.text, to: room).prefix(max(1, min(3, layout.body.count - 3)))
        let height = words.count + 3
        if layout.body.count < 4 {
            guard let row = layout.body.first else { return }
            frame.fill(0..<state.size.columns, row..<row + 1, theme[.text])
            let start = frame.write("+ ", at: 0, row, theme[.inputLabel])
            return field(prompt.editor, at: start, row, columns: state.size.columns - start - 1, theme[.input], &frame)
        }
        let top = layout.body.lowerBound
        BoxView.draw(columns, top..<top + height, title: title(prompt), theme, &frame)
        field(
            prompt.editor, at: left + 2, top + 1, columns: room, theme[.input], pieces: (pieces(state, prompt), theme[.match]),
            &frame)
        for (index, line) in words.enumerated() {
            frame.write(line, at: left + 2, top + 2 + index, theme[reading.role], columns: room)
        }
    }

    private static func title(_ prompt: Prompt) -> String {
        let what = prompt.targets.count == 1 ? prompt.targets[0].title : "\(prompt.targets.count) tasks"
        return switch prompt.kind {
        case .add: "New task"
        case .title: "Title"
        case .due: "Due: \(what)"
        case .tags: "Tags: \(what)"
        case .list: "Move: \(what)"
        case .filter: "Filter"
        case .command: "Command"
        }
    }

    /// What the words typed so far mean, while they are typed.
    private static func reading(_ state: State, _ prompt: Prompt) -> (text: String, role: Role) {
        let text = prompt.editor.text
        switch prompt.kind {
        case .add:
            guard !text.allSatisfy(\.isWhitespace) else { return ("due:fri  p:high  +list  @tag", .placeholder) }
            guard let reading = state.reading(text) else { return ("", .faint) }
            if let fault = reading.faults.first { return ("! \(fault.message)", .failure) }
            return (
                reading.summary.isEmpty ? "no day, no priority, no tags" : reading.summary,
                reading.summary.isEmpty ? .faint : .success
            )
        case .due:
            if text.allSatisfy(\.isWhitespace) { return ("fri, tomorrow, 24.12., in-3-days; none", .placeholder) }
            guard let day = try? State.day(text, today: state.today) else {
                return (text.contains("no") ? "no day" : "! names no day", text.contains("no") ? .faint : .failure)
            }
            return (state.today.map { DayExpression.words(for: day, today: $0) } ?? "\(day)", .success)
        case .tags: return (known(state.board.counts.tagNames.map { "@\($0)" }, text, "home work; or +add -remove"), .placeholder)
        case .list: return (known(["INBOX"] + state.lists.compactMap(\.key), text, "a list's key, or inbox"), .placeholder)
        case .command: return (known(State.commandWords, text, ""), .placeholder)
        case .title, .filter: return ("", .faint)
        }
    }

    /// The known words that begin as the last one does.
    private static func known(_ words: [String], _ text: String, _ otherwise: String) -> String {
        let last = (text.split(separator: " ", omittingEmptySubsequences: false).last.map(String.init) ?? "").lowercased()
        let fitting = words.filter { $0.lowercased().hasPrefix(last) || $0.lowercased().hasPrefix("@" + last) }
        return fitting.isEmpty ? otherwise : fitting.prefix(30).joined(separator: " ")
    }

    /// The characters of the line that are pieces of quick-add.
    private static func pieces(_ state: State, _ prompt: Prompt) -> Set<Int> {
        guard case .add = prompt.kind, let reading = state.reading(prompt.editor.text) else { return [] }
        var pieces: Set<Int> = [], offset = 0
        for (index, character) in prompt.editor.text.enumerated() {
            if reading.understood.contains(where: { $0.utf8.contains(offset) }) { pieces.insert(index) }
            offset += character.utf8.count
        }
        return pieces
    }

    /// An input line with the caret in it. A long text is shown around the caret. `mask` stands for each character.
    static func field(
        _ editor: LineEditor, at column: Int, _ row: Int, columns: Int, _ style: Style, mask: Character? = nil,
        hasFocus: Bool = true, pieces: (places: Set<Int>, style: Style) = ([], .plain), _ frame: inout Frame
    ) {
        guard columns > 0 else { return }
        frame.fill(column..<column + columns, row..<row + 1, style)
        func shown(_ text: String) -> String { mask.map { String(repeating: $0, count: text.count) } ?? text }
        var before = Substring(shown(editor.before))
        var used = Text.width(before), index = 0
        while used > columns - 1, let first = before.first {
            used -= Text.width(Text.shown(first))
            before.removeFirst()
            index += 1
        }
        var at = column, caret = column
        let beforeCount = before.count
        for (offset, character) in (String(before) + shown(editor.after)).enumerated() {
            if offset == beforeCount { caret = at }
            let look = pieces.places.contains(index + offset) ? pieces.style : style
            at = frame.write(String(character), at: at, row, look, columns: column + columns - at)
        }
        if editor.after.isEmpty { caret = at }
        if hasFocus { frame.caret = Position(column: min(caret, column + columns - 1), row: row) }
    }
}
