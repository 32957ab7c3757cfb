/// The form to sign in or to make an account, in the middle of the screen.
enum AccountView {
    private static let widest = 56

    static func draw(_ state: State, _ form: AccountForm, _ rows: Range<Int>, _ frame: inout Frame) {
        let width = min(widest, state.size.columns)
        let title = form.purpose == .signIn ? "Sign in" : "New account"
        // With room for it: a box with blank lines between its parts. Else just the fields.
        let inputs = form.fields.filter { $0 != .submit && $0 != .change }
        let roomy = rows.count >= inputs.count + 7 && width >= 30
        let left = (state.size.columns - width) / 2
        var row = rows.lowerBound
        if roomy {
            let height = inputs.count + 6
            row += (rows.count - height) / 2
            BoxView.draw(left..<left + width, row..<row + height, title: title, state.theme, &frame)
            row += 2
        }
        let inset = roomy ? 3 : 1
        let first = roomy ? row : row - firstShown(form, rows.count)
        for (index, field) in inputs.enumerated() where rows.contains(first + index) {
            input(field, form, at: left + inset, first + index, columns: width - 2 * inset, state, &frame)
        }
        let buttonRow = first + inputs.count + (roomy ? 1 : 0)
        guard rows.contains(buttonRow) else { return }
        buttons(form, at: left + inset, buttonRow, columns: width - 2 * inset, state, &frame)
    }

    /// With fewer rows than lines, the ones around the focus are shown.
    private static func firstShown(_ form: AccountForm, _ rows: Int) -> Int {
        let lines = form.fields.count - 1
        let focused = min(form.fields.firstIndex(of: form.focus) ?? 0, lines - 1)
        return min(max(0, focused - rows + 1), max(0, lines - rows))
    }

    private static func input(
        _ field: AccountForm.Field, _ form: AccountForm, at column: Int, _ row: Int, columns: Int, _ state: State,
        _ frame: inout Frame
    ) {
        let (label, editor): (String, LineEditor) =
            switch field {
            case .password: ("Password", form.password)
            case .repeated: ("Again", form.repeated)
            case .email, .submit, .change: ("Email", form.email)
            }
        let hasFocus = form.focus == field && !form.isSending
        let labelColumns = columns < 24 ? 6 : 10
        frame.write(
            Text.fitted(label, to: labelColumns - 1), at: column, row, state.theme[hasFocus ? .inputLabel : .faint],
            columns: labelColumns)
        PromptView.field(
            editor, at: column + labelColumns, row, columns: columns - labelColumns, state.theme[.input],
            mask: field == .email ? nil : "•", hasFocus: hasFocus, &frame)
    }

    private static func buttons(
        _ form: AccountForm, at column: Int, _ row: Int, columns: Int, _ state: State, _ frame: inout Frame
    ) {
        func style(_ field: AccountForm.Field) -> Style { state.theme[form.focus == field ? .buttonFocused : .button] }
        /// The focus is told by the sign too.
        func label(_ text: String, _ field: AccountForm.Field) -> String { form.focus == field ? "[>\(text)<]" : "[ \(text) ]" }
        let (submit, change) = form.purpose == .signIn ? ("Sign in", "New account…") : ("Create account", "Sign in…")
        // Where both don't fit, the one that is meant.
        let fits = Text.width(submit) + Text.width(change) + 10 <= columns
        var end = column
        if fits || form.focus != .change {
            end = frame.write(label(submit, .submit), at: column, row, style(.submit), columns: columns) + 2
        }
        if fits || form.focus == .change {
            frame.write(label(change, .change), at: end, row, style(.change), columns: column + columns - end)
        }
    }
}
