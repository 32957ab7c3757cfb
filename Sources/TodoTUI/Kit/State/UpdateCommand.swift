internal import TodoCore

/// The command line: the words of `todo`, without `todo`.
extension State {
    /// What can be typed, for the line under the prompt.
    static let commandWords = [
        "add", "ls", "show", "done", "undone", "edit", "due", "priority", "tag", "mv", "rm", "restore", "undo", "redo", "sort",
        "today", "overdue", "upcoming", "all", "lists", "refresh", "help", "quit",
    ]

    mutating func run(_ line: String) -> [Effect] {
        let words = CommandWords.split(line)
        guard let first = words.first else { return [] }
        do throws(Wrong) {
            return try run(first, Array(words.dropFirst()), line)
        } catch {
            say(.failure, error.message)
            return []
        }
    }

    private mutating func run(_ word: String, _ rest: [String], _ line: String) throws(Wrong) -> [Effect] {
        switch word {
        case "add", "done", "undone", "rm", "restore", "edit", "due", "priority", "tag", "tags", "mv", "move", "undo", "redo":
            if isAway { throw Wrong(message: "The server is away: only reading until it is back.") }
        default: break
        }
        switch word {
        case "add": return try add(line.drop { $0.isWhitespace }.dropFirst(3).drop { $0.isWhitespace }.description)
        case "done": return update(try tasks(rest), "Done") { _ in TaskPatch(done: true) }
        case "undone": return update(try tasks(rest), "Open again") { _ in TaskPatch(done: false) }
        case "rm":
            let references = rest.filter { $0 != "--yes" && $0 != "-y" }
            let tasks = try tasks(references)
            // Who names a task means it, and can undo it; what is just under the cursor is asked for.
            if rest.isEmpty {
                mode = .confirmDelete(tasks)
                return []
            }
            return change(tasks.map { (kind: .delete($0.id), title: $0.title) }, "Deleted")
        case "restore": return restore(try tasks(rest))
        case "edit": return try edit(rest)
        case "due": return try setDue(rest.last ?? "", try tasks(rest.dropLast()))
        case "priority", "p": return try setPriority(rest.last ?? "", try tasks(rest.dropLast()))
        case "tag", "tags":
            let (references, tags) = CommandWords.references(rest)
            return try setTags(tags.joined(separator: " "), try tasks(references))
        case "mv", "move": return try move(to: rest.last ?? "", try tasks(rest.dropLast()))
        case "undo": return undo()
        case "redo": return redo()
        case "show": return try show(rest)
        case "ls", "list": return list(rest)
        case "lists":
            isInSidebar = true
            return []
        case "sort":
            guard let sort = TaskSort.allCases.first(where: { $0.rawValue.hasPrefix(rest.first ?? "?") }) else {
                throw Wrong(message: "Sort by what? \(TaskSort.allCases.map(\.rawValue).joined(separator: ", ")).")
            }
            board.order(by: sort)
            return []
        case "today": return show(.today)
        case "overdue": return show(.overdue)
        case "upcoming": return show(.upcoming)
        case "all": return show(.all)
        case "refresh", "sync": return refresh()
        case "help": mode = .help(top: 0)
        case "quit", "q", "exit": return quit()
        default:
            let near = State.commandWords.filter { $0.hasPrefix(word.prefix(1)) }
            let hint = near.isEmpty ? "\(keys.name(.help)) shows what there is" : "there is \(near.joined(separator: ", "))"
            throw Wrong(message: "There is no command \(word): \(hint).")
        }
        return []
    }

    /// The tasks with these references; without any the marked ones, else the one under the cursor.
    private func tasks(_ references: some Sequence<String>) throws(Wrong) -> [TodoTask] {
        var tasks: [TodoTask] = []
        for word in references {
            guard let reference = TaskReference(word), let task = board.task(reference) else {
                throw Wrong(message: "There is no task \(word). Write a number like 12, or WEB-12.")
            }
            tasks.append(task)
        }
        if tasks.isEmpty { tasks = board.targets }
        if tasks.isEmpty { throw Wrong(message: "There is no task here: write which, like done 12.") }
        return tasks
    }

    private mutating func setPriority(_ text: String, _ tasks: [TodoTask]) throws(Wrong) -> [Effect] {
        let word = text.lowercased()
        guard !word.isEmpty, let value = State.priorities.firstIndex(where: { $0.hasPrefix(word) }) ?? Int(word),
            (0...3).contains(value)
        else { throw Wrong(message: "“\(text)” is no priority: write high, medium, low or none.") }
        return update(tasks, "Priority \(State.priorities[value])") { _ in TaskPatch(priority: value) }
    }

    /// `edit 12 --title "…" --due fri --priority 2 --tag x --untag y --list WEB`.
    private mutating func edit(_ words: [String]) throws(Wrong) -> [Effect] {
        let (references, options) = CommandWords.references(words)
        let tasks = try tasks(references)
        var patch = TaskPatch(), added: [String] = [], removed: [String] = []
        var rest = options[...]
        while let option = rest.popFirst() {
            guard let value = rest.popFirst() else { throw Wrong(message: "\(option) needs a value.") }
            do throws(Limits.Fault) {
                switch option {
                case "--title": patch.title = try Limits.title(value)
                case "--notes", "-n": patch.notes = try Limits.notes(value)
                case "--tag", "-t": added += try Limits.tags([value])
                case "--untag": removed.append(value)
                case "--list", "-l": patch.list = .some(try Limits.list(value))
                case "--priority", "-p":
                    patch.priority = try Limits.priority(State.priorities.firstIndex(of: value) ?? Int(value) ?? -1)
                case "--due": break
                default: throw Limits.Fault("is no option of edit", type: "option")
                }
            } catch { throw Wrong(message: "\(option) \(error.message).") }
            if option == "--due" { patch.dueOn = .some(try State.day(value, today: today)) }
        }
        if patch.isEmpty, added.isEmpty, removed.isEmpty { throw Wrong(message: "Change what? Like edit 12 --due fri.") }
        return update(tasks, "Changed") { task in
            var patch = patch
            let tags = task.tags.filter { !removed.contains($0) }
            if !added.isEmpty || !removed.isEmpty { patch.tags = tags + added.filter { !tags.contains($0) } }
            return patch
        }
    }

    /// Puts the cursor on the task, and opens it.
    private mutating func show(_ words: [String]) throws(Wrong) -> [Effect] {
        guard let task = try tasks(words).first else { return [] }
        var effects: [Effect] = []
        if !board.moveCursor(toTask: task.id) {
            board.find("")
            board.fold(false)
            effects = show(task.deletedAt == nil ? .all : .deleted)
            _ = board.moveCursor(toTask: task.id)
        }
        mode = .details(top: 0)
        return effects
    }

    /// `ls`, `ls +WEB`, `ls @home`, `ls milk`.
    private mutating func list(_ words: [String]) -> [Effect] {
        var view = TaskView.all, filter: [String] = []
        for word in words {
            switch word {
            case "--today": view = .today
            case "--overdue": view = .overdue
            case "--done": view = .done
            case "--deleted": view = .deleted
            case _ where word.hasPrefix("+"): view = .list((try? Limits.list(String(word.dropFirst()))) ?? nil)
            case _ where word.hasPrefix("@"): view = .tag(String(word.dropFirst()))
            case _ where word.hasPrefix("--"): continue
            default: filter.append(word)
            }
        }
        board.find(filter.joined(separator: " "))
        return show(view)
    }
}

/// The words of a command line.
enum CommandWords {
    /// Parts the line at white space; what stands in quotes stays together.
    static func split(_ line: String) -> [String] {
        var words: [String] = [], word: String?, quote: Character?
        for character in line {
            if let open = quote {
                if character == open { quote = nil } else { word?.append(character) }
            } else if character == "\"" || character == "'" {
                quote = character
                word = word ?? ""
            } else if character.isWhitespace {
                if let done = word { words.append(done) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        return words + (word.map { [$0] } ?? [])
    }

    /// The references that the words begin with, and the rest.
    static func references(_ words: [String]) -> (references: [String], rest: [String]) {
        let references = words.prefix { TaskReference($0) != nil }
        return (Array(references), Array(words[references.count...]))
    }
}
