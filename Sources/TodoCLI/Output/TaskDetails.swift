import TodoCore

/// One task with all that is known of it, for `todo show`.
enum TaskDetails {
    static func lines(_ task: TodoTask, in context: CommandContext) -> [String] {
        let style = Style(context)
        let table = TaskTable(today: context.today, style: style, width: nil)
        var lines = [
            "\(style.cyan(Printable.line(task.reference)))  \(task.done ? "[x]" : "[ ]") \(style.bold(Printable.line(task.title)))"
        ]
        func add(_ name: String, _ value: String) { lines.append("  \(DisplayWidth.padded(name, to: 10))\(value)") }
        add("list", Printable.line(task.list ?? "inbox"))
        if let due = task.dueOn { add("due", table.styledDue(due.description, of: task)) }
        if task.priority > 0 { add("priority", "\(task.priority) \(style.yellow(TaskTable.marks(task.priority)))") }
        if !task.tags.isEmpty { add("tags", Printable.line(task.tags.map { "@\($0)" }.joined(separator: " "))) }
        add("created", context.localTime(task.createdAt))
        if task.version > 1 { add("changed", context.localTime(task.updatedAt)) }
        if let date = task.doneAt { add("done", context.localTime(date)) }
        if let date = task.deletedAt { add("deleted", context.localTime(date)) }
        add("id", task.id.lowercase)
        if !task.notes.isEmpty {
            lines.append("")
            lines += Printable.lines(task.notes).map { $0.isEmpty ? "" : "  \($0)" }
        }
        return lines
    }
}
