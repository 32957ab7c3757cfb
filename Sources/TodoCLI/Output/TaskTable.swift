import TodoCore

/// Tasks as lines with columns: reference, checkbox, title, due day, priority, tags.
struct TaskTable {
    let today: LocalDate?
    let style: Style
    /// The terminal's columns: longer titles are cut. Nil cuts nothing.
    let width: Int?

    /// One line a task, in the order given. A column that is empty for every task is left out.
    func lines(_ tasks: [TodoTask]) -> [String] {
        let rows = tasks.map(Row.init)
        let reference = rows.map { DisplayWidth.of($0.reference) }.max() ?? 0
        let due = rows.map { $0.due.count }.max() ?? 0
        let priority = rows.map { $0.priority.count }.max() ?? 0
        let tags = rows.map { DisplayWidth.of($0.tags) }.max() ?? 0
        let others = reference + 6 + [due, priority, tags].filter { $0 > 0 }.reduce(0) { $0 + $1 + 2 }
        let longest = rows.map { DisplayWidth.of($0.title) }.max() ?? 0
        // A title keeps ten columns, even where the tags must then go over the edge.
        let title = min(longest, width.map { max(10, $0 - others) } ?? longest)
        return zip(tasks, rows).map { task, row in
            let title = row.box + " " + DisplayWidth.padded(DisplayWidth.truncated(row.title, to: title), to: title)
            var cells = [(padLeft(row.reference, reference), style.cyan), (title, { $0 })]
            if due > 0 { cells.append((DisplayWidth.padded(row.due, to: due), { styledDue($0, of: task) })) }
            if priority > 0 { cells.append((DisplayWidth.padded(row.priority, to: priority), style.yellow)) }
            if tags > 0 { cells.append((row.tags, { $0 })) }
            // One style over all of a done task: those of its cells would end it.
            let texts = cells.map { text, style in task.done ? text : style(text) }
            let line = trimmed(texts.joined(separator: "  "))
            return task.done ? style.dim(line) : line
        }
    }

    private struct Row {
        let reference: String, box: String, title: String, due: String, priority: String, tags: String

        init(_ task: TodoTask) {
            reference = Printable.line(task.reference)
            box = task.done ? "[x]" : "[ ]"
            title = Printable.line(task.title)
            due = task.dueOn?.description ?? ""
            priority = TaskTable.marks(task.priority)
            tags = Printable.line(task.tags.map { "@\($0)" }.joined(separator: " "))
        }
    }

    /// `!!!` for priority 3; nothing for 0.
    static func marks(_ priority: Int) -> String { String(repeating: "!", count: min(max(priority, 0), 3)) }

    func styledDue(_ text: String, of task: TodoTask) -> String {
        guard let today, let due = task.dueOn, !task.done else { return text }
        return due < today ? style.red(text) : due == today ? style.yellow(text) : text
    }

    private func padLeft(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - DisplayWidth.of(text))) + text
    }

    private func trimmed(_ line: String) -> String {
        var line = Substring(line)
        while line.last == " " { line.removeLast() }
        return String(line)
    }
}
