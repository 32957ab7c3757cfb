internal import FoundationEssentials
internal import TodoCore

/// The task under the cursor: everything about it.
enum DetailsView {
    private struct Line {
        var text: String
        var role: Role
    }

    /// Beside or below the list.
    static func draw(_ state: State, _ area: Area, _ layout: Layout, _ frame: inout Frame) {
        let isBelow = area.columns.lowerBound == layout.list.columns.lowerBound
        if isBelow {
            frame.write(
                String(repeating: "─", count: max(0, area.columns.count)), at: area.columns.lowerBound, area.rows.lowerBound - 1,
                state.theme[.border])
        } else {
            for row in area.rows { frame.write("│", at: area.columns.lowerBound - 1, row, state.theme[.border]) }
        }
        let room = area.columns.count - 3
        guard let item = state.board.current, room > 4 else { return }
        draw(lines(item, state, columns: room), area.columns.lowerBound + 2, room, area.rows, state, &frame)
    }

    /// In a box over everything, with the lines from `top` on.
    static func drawWhole(_ state: State, _ top: Int, _ layout: Layout, _ frame: inout Frame) {
        let box = box(state), room = box.columns.count - 4
        guard let item = state.board.current, room > 4, box.rows.count > 2 else { return }
        BoxView.draw(box.columns, box.rows, title: item.task.reference, state.theme, &frame)
        let lines = lines(item, state, columns: room)
        let rows = box.rows.dropFirst().dropLast()
        draw(
            Array(lines.dropFirst(top)), box.columns.lowerBound + 2, room, rows.startIndex..<rows.endIndex, state, &frame,
            isCut: false)
        let below = lines.count - top - rows.count
        guard below > 0 else { return }
        let text = " \(below) more "
        frame.write(text, at: box.columns.upperBound - Text.width(text) - 2, box.rows.upperBound - 1, state.theme[.border])
    }

    /// How far down the whole can be moved.
    static func lastTop(_ state: State) -> Int {
        let box = box(state)
        guard let item = state.board.current else { return 0 }
        return max(0, lines(item, state, columns: max(5, box.columns.count - 4)).count - (box.rows.count - 2))
    }

    private static func box(_ state: State) -> Area {
        let width = min(100, state.size.columns), left = (state.size.columns - width) / 2
        return Area(columns: left..<left + width, rows: 1..<max(1, state.size.rows - 2))
    }

    private static func draw(
        _ lines: [Line], _ column: Int, _ room: Int, _ rows: Range<Int>, _ state: State, _ frame: inout Frame, isCut: Bool = true
    ) {
        for (row, line) in zip(rows, lines) {
            // What doesn't fit is told of, not just left out.
            let isLast = isCut && row == rows.upperBound - 1 && lines.count > rows.count
            let text = isLast ? "… \(state.keys.name(.open)) shows all of it" : line.text
            frame.write(Text.fitted(text, to: room), at: column, row, state.theme[isLast ? .faint : line.role], columns: room)
        }
    }

    private static func lines(_ item: Board.Item, _ state: State, columns: Int) -> [Line] {
        let task = item.task
        var lines = Text.wrapped(task.title, to: columns).map { Line(text: $0, role: .heading) }
        func add(_ text: String, _ role: Role) { lines += Text.wrapped(text, to: columns).map { Line(text: $0, role: role) } }
        add(([task.reference, standing(task)] + [list(task, state)]).joined(separator: " · "), .faint)
        if let due = task.dueOn {
            let text = DueText(due, today: state.today, isDone: task.done)
            let words = state.today.map { DayExpression.words(for: due, today: $0) } ?? "\(due)"
            add("due \(words)\(text.role == .overdue ? ", \(text.text)" : "")", task.done ? .faint : text.role)
        }
        if task.priority > 0 {
            let name = State.priorities[min(3, task.priority)]
            add(
                "priority \(name) \(String(repeating: "!", count: min(3, task.priority)))",
                task.priority >= 3 ? .priorityHigh : .priority)
        }
        if !task.tags.isEmpty { add(task.tags.map { "@\($0)" }.joined(separator: " "), .tag) }
        if !task.notes.isEmpty {
            lines.append(Line(text: "", role: .text))
            for line in Printable.lines(task.notes) { add(line, .text) }
        }
        if !item.isNew {
            lines.append(Line(text: "", role: .text))
            let clock = Clock(state)
            add("created \(clock.text(task.createdAt))", .faint)
            if task.updatedAt != task.createdAt { add("changed \(clock.text(task.updatedAt))", .faint) }
            if let done = task.doneAt, task.done { add("done \(clock.text(done))", .faint) }
            let history = state.history.lines(of: task.id)
            if !history.isEmpty { lines.append(Line(text: "Since you are here", role: .heading)) }
            for line in history { add("\(clock.time(line.time)) \(line.text)", .text) }
        }
        return lines
    }

    private static func standing(_ task: TodoTask) -> String { task.deletedAt != nil ? "deleted" : task.done ? "done" : "open" }

    private static func list(_ task: TodoTask, _ state: State) -> String {
        guard let key = task.list else { return "Inbox" }
        return state.lists.first { $0.key == key }?.name ?? key
    }
}

/// Instants by the user's clock.
struct Clock {
    private let today: LocalDate?
    private let offset: Int

    init(_ state: State) { (today, offset) = (state.today, state.utcOffset) }

    /// `21:05`, or with the day where that is not today.
    func text(_ date: Date) -> String {
        let (day, time) = parts(date)
        guard let day else { return time }
        if day == today { return "today \(time)" }
        return "\(today.map { DayExpression.words(for: day, today: $0) } ?? "\(day)") \(time)"
    }

    func time(_ date: Date) -> String { parts(date).time }

    private func parts(_ date: Date) -> (day: LocalDate?, time: String) {
        let seconds = Int(date.timeIntervalSince1970.rounded(.down)) + offset
        let days = (Double(seconds) / 86_400).rounded(.down), minutes = (seconds - Int(days) * 86_400) / 60
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return (LocalDate(daysSince1970: Int(days)), "\(two(minutes / 60)):\(two(minutes % 60))")
    }
}
