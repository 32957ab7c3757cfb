package import TodoCore

extension TodoTxt {
    /// The lines of the tasks, and what they don't hold. Deleted tasks are left out.
    package static func write(_ tasks: [TodoTask], _ world: ExchangeWorld) -> (text: String, losses: Losses) {
        var losses = Losses()
        var text = ""
        for task in tasks {
            if task.deletedAt != nil {
                losses.add(.deletedLeftOut, at: task.reference)
            } else {
                text += line(task, world, &losses) + "\n"
            }
        }
        return (text, losses)
    }

    private static func line(_ task: TodoTask, _ world: ExchangeWorld, _ losses: inout Losses) -> String {
        let (notes, attributes) = Attributes.split(task.notes) { key, value in
            kept.contains(key) && !value.utf8.contains(0x20) && isReadBack(key, value, task)
        }
        if !notes.isEmpty { losses.add(.notes, at: task.reference) }
        losses.add(.references, at: task.reference)
        losses.add(.clockTimes, at: task.reference)
        let letter = task.priority == 0 ? nil : attributes["pri"] ?? ["C", "B", "A"][task.priority - 1]

        // With its creation day before it, nothing that the title begins with is taken for a mark or a date.
        let created = world.day(of: task.createdAt)
        var words: [String] = []
        if task.done {
            words = ["x", world.day(of: task.doneAt ?? task.updatedAt), created]
        } else {
            words = (letter.map { ["(\($0))"] } ?? []) + [created]
        }
        words.append(task.title)
        let isReadDifferently = task.title.utf8.split(separator: 0x20).contains { word in
            if case .plain = Token(Substring(word)) { false } else { true }
        }
        // In the place where some programs leave the priority of what is done.
        let hasPriority = task.done && priority(Substring(task.title.utf8.prefix { $0 != 0x20 })) != nil
        if isReadDifferently || hasPriority { losses.add(.readDifferently, at: task.reference) }
        if let key = task.list { words.append("+" + project(key, world, task, &losses)) }
        words += task.tags.map { "@" + $0 }
        if let due = task.dueOn { words.append("due:\(due)") }
        if task.done, let letter { words.append("pri:\(letter)") }
        words += attributes.all.filter { $0.key != "pri" }.map { "\($0.key):\($0.value)" }
        return words.joined(separator: " ")
    }

    /// The list's name, where it can be one word.
    private static func project(_ key: String, _ world: ExchangeWorld, _ task: TodoTask, _ losses: inout Losses) -> String {
        guard let name = world.names[key], name != key else { return key }
        if case .project(name) = Token("+" + Substring(name)), !name.utf8.contains(0x20) { return name }
        losses.add(.listKeyOnly, at: task.reference)
        return key
    }

    /// Whether an import makes the same of it.
    private static func isReadBack(_ key: String, _ value: String, _ task: TodoTask) -> Bool {
        guard key == "pri" else { return true }
        guard task.priority == 1, value.unicodeScalars.count == 1, let first = value.unicodeScalars.first,
            let letter = letter(first)
        else { return false }
        return letter > "C"
    }
}
