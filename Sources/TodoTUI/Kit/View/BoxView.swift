/// A frame of lines around a part of the screen.
enum BoxView {
    static func draw(_ columns: Range<Int>, _ rows: Range<Int>, title: String, _ theme: Theme, _ frame: inout Frame) {
        frame.fill(columns, rows, theme[.text])
        frame.caret = nil
        guard columns.count >= 2 else { return }
        let line = String(repeating: "─", count: columns.count - 2), style = theme[.border]
        frame.write("┌\(line)┐", at: columns.lowerBound, rows.lowerBound, style)
        for row in rows.dropFirst().dropLast() {
            frame.write("│", at: columns.lowerBound, row, style)
            frame.write("│", at: columns.upperBound - 1, row, style)
        }
        frame.write("└\(line)┘", at: columns.lowerBound, rows.upperBound - 1, style)
        frame.write(
            " \(Text.fitted(title, to: columns.count - 6)) ", at: columns.lowerBound + 2, rows.lowerBound, theme[.heading],
            columns: max(0, columns.count - 4))
    }
}
