/// A few choices in a box.
enum MenuView {
    static func draw(_ state: State, _ menu: Menu, _ layout: Layout, _ frame: inout Frame) {
        let choices = menu.choices, theme = state.theme
        let title = menu.kind == .sort ? "Order" : "Priority"
        let width = min(state.size.columns, max(title.count + 8, (choices.map { Text.width($0.text) }.max() ?? 0) + 9))
        let height = min(layout.body.count, choices.count + 2)
        guard width > 8, height > 2 else { return }
        let left = min(layout.list.columns.lowerBound + 2, state.size.columns - width), top = layout.body.lowerBound
        BoxView.draw(left..<left + width, top..<top + height, title: title, theme, &frame)
        // With too few rows, the ones around the chosen one.
        let first = max(0, menu.selected - (height - 3))
        for (offset, choice) in choices.dropFirst(first).prefix(height - 2).enumerated() {
            let row = top + 1 + offset, isSelected = first + offset == menu.selected
            frame.write(isSelected ? ">" : " ", at: left + 2, row, theme[.text])
            frame.write(String(choice.key), at: left + 4, row, theme[.hintKey])
            frame.write(Text.fitted(choice.text, to: width - 8), at: left + 6, row, theme[.text])
            if isSelected { frame.tint(left + 1..<left + width - 1, row: row, theme[.cursor]) }
        }
    }
}
