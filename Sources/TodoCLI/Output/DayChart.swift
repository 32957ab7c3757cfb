import TodoCore

/// Tasks done per day as upright bars, a column a day and a gap between weeks, which begin on Monday.
///
///     done per day, 50 in the last 3 weeks
///     16 ┤                      █
///        │     ▂                █
///        │     █      ▄      █  █
///      0 ┼     █  ▂▄▆██   ▂  █  █
///         2 Nov   9 Nov   16 Nov
struct DayChart {
    private static let rows = 4
    private static let mostWeeks = 26
    private static let blocks: [Character] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

    private let weeks: [[TaskStats.Day]]
    private let style: Style

    /// - Parameters:
    ///   - days: Ascending, each day once.
    ///   - width: The columns that there are; at least one week is shown.
    init(_ days: [TaskStats.Day], width: Int, style: Style) {
        var weeks: [[TaskStats.Day]] = []
        for day in days {
            if weeks.isEmpty || day.date.weekday == 1 { weeks.append([]) }
            weeks[weeks.count - 1].append(day)
        }
        let most = weeks.flatMap { $0 }.map(\.done).max() ?? 0
        let room = (width - DayChart.margin(most) + 1) / 8
        self.weeks = Array(weeks.suffix(max(1, min(room, DayChart.mostWeeks))))
        self.style = style
    }

    /// Empty where nothing was done.
    var lines: [String] {
        let days = weeks.flatMap { $0 }
        let most = days.map(\.done).max() ?? 0, sum = days.reduce(0) { $0 + $1.done }
        guard most > 0 else { return [] }
        let digits = DayChart.margin(most) - 2
        var lines = ["done per day, \(sum) in the last \(weeks.count == 1 ? "week" : "\(weeks.count) weeks")"]
        for row in (0..<DayChart.rows).reversed() {
            let number = row == DayChart.rows - 1 ? "\(most)" : row == 0 ? "0" : ""
            let axis = row == 0 ? "┼" : number.isEmpty ? "│" : "┤"
            let label = String(repeating: " ", count: digits - number.count) + number + " " + axis
            let bars = weeks.map { week in DayChart.places(week).map { bar($0, of: most, row) }.joined() }
            lines.append(trimmed(label + bars.joined(separator: " ")))
        }
        let dates = weeks.map { DisplayWidth.padded(DayChart.label($0), to: 8) }
        lines.append(trimmed(String(repeating: " ", count: digits + 2) + dates.joined()))
        return lines
    }

    /// What stands left of the bars: the number, a space, the axis.
    private static func margin(_ most: Int) -> Int { "\(most)".count + 2 }

    /// Monday to Sunday; nil where the week has no such day.
    private static func places(_ week: [TaskStats.Day]) -> [Int?] {
        (0..<7).map { place in week.first { ($0.date.weekday + 6) % 7 == place }?.done }
    }

    private func bar(_ done: Int?, of most: Int, _ row: Int) -> String {
        guard let done, done > 0 else { return " " }
        let steps = DayChart.blocks.count - 1
        // Rounded up: what is not nothing shows.
        let height = (done * DayChart.rows * steps + most - 1) / most
        return style.green(String(DayChart.blocks[min(max(height - row * steps, 0), steps)]))
    }

    /// The week's Monday: `16 Nov`.
    private static func label(_ week: [TaskStats.Day]) -> String {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard let first = week.first?.date, let monday = first.adding(days: -((first.weekday + 6) % 7)) else { return "" }
        return "\(monday.day) \(months[monday.month - 1])"
    }

    private func trimmed(_ line: String) -> String {
        var line = Substring(line)
        while line.last == " " { line.removeLast() }
        return String(line)
    }
}
