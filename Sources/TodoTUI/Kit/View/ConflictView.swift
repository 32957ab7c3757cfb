internal import TodoCore

/// Two versions of a task: somebody else's and the user's.
enum ConflictView {
    static func draw(_ state: State, _ conflict: Conflict, _ layout: Layout, _ frame: inout Frame) {
        let width = min(90, state.size.columns), left = (state.size.columns - width) / 2, room = width - 4
        guard room > 8, layout.body.count >= 4 else { return }
        let lines = lines(conflict, room, most: max(1, (layout.body.count - 5) / 2)), theme = state.theme
        let height = min(layout.body.count, lines.count + 2)
        let top = layout.body.lowerBound + (layout.body.count - height) / 2
        BoxView.draw(left..<left + width, top..<top + height, title: "Changed by someone else meanwhile", theme, &frame)
        for (row, line) in zip(top + 1..<top + height - 1, lines) {
            frame.write(Text.fitted(line.text, to: room), at: left + 2, row, theme[line.role], columns: room)
        }
    }

    private static func lines(_ conflict: Conflict, _ room: Int, most: Int) -> [(text: String, role: Role)] {
        let theirs = conflict.theirs, patch = conflict.patch
        func part(_ heading: String, _ text: String) -> [(text: String, role: Role)] {
            let words = Printable.lines(text).flatMap { Text.wrapped($0, to: room - 2) }
            let shown = words.prefix(most).map { (text: "  \($0)", role: Role.text) }
            let more: [(text: String, role: Role)] =
                words.count > most ? [(text: "  … \(words.count - most) lines more", role: .faint)] : []
            return [(text: heading, role: .heading)] + shown + more
        }
        if let notes = patch.notes {
            return part("Theirs, the notes of \(theirs.reference)", theirs.notes) + part("Yours", notes)
        }
        return part("Theirs, \(theirs.reference)", theirs.title) + part("Yours", patch.title ?? conflict.change.title)
    }
}
