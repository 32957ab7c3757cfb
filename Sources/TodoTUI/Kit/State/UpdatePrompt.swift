internal import FoundationEssentials
internal import TodoCore

extension State {
    mutating func promptInput(_ input: Input, _ prompt: Prompt) -> [Effect] {
        var prompt = prompt
        switch edit(&prompt.editor, input) {
        case .edited:
            mode = .prompt(prompt)
            if case .filter = prompt.kind { board.find(prompt.editor.text) }
            if notice?.kind == .failure, !isAway { notice = nil }
        case .submitted: return submit(prompt)
        case .cancelled:
            mode = .browse
            if case .filter(let before) = prompt.kind { board.find(before) }
            if case .add = prompt.kind { unsaved = nil }
        case .left(let effect): return [effect]
        case .ignored:
            // The found ones can be walked through while the filter is being typed.
            guard case .filter = prompt.kind, case .key(let key) = input, let cursor = board.cursor else { break }
            if key.code == .up { board.moveCursor(to: cursor - 1) }
            if key.code == .down { board.moveCursor(to: cursor + 1) }
        }
        return []
    }

    private mutating func submit(_ prompt: Prompt) -> [Effect] {
        let text = prompt.editor.text
        mode = .browse
        switch prompt.kind {
        case .filter:
            if !text.isEmpty { lastFilter = text }
            return []
        case .command: return run(text)
        case .add, .title, .due, .tags, .list: break
        }
        if isAway {
            mode = .prompt(prompt)
            say(.failure, "The server is away: what you typed waits here. Press Enter again when it is back.")
            return []
        }
        do throws(Wrong) {
            switch prompt.kind {
            case .add: return try add(text)
            case .title: return try retitle(text, prompt)
            case .due: return try setDue(text, prompt.targets)
            case .tags: return try setTags(text, prompt.targets)
            case .list: return try move(to: text, prompt.targets)
            case .filter, .command: return []
            }
        } catch {
            // It stays for another try.
            mode = .prompt(prompt)
            say(.failure, error.message)
            return []
        }
    }

    /// What the user typed can't be taken.
    struct Wrong: Error { var message: String }

    /// The line as quick-add reads it; nil where there is no today to read it by.
    func reading(_ line: String) -> QuickAdd? {
        today.map { QuickAdd(line, today: $0, lists: lists.isEmpty ? nil : Set(lists.compactMap(\.key))) }
    }

    mutating func add(_ line: String) throws(Wrong) -> [Effect] {
        if line.allSatisfy(\.isWhitespace) { return [] }
        var draft: TaskDraft
        if let reading = reading(line) {
            if let fault = reading.faults.first { throw Wrong(message: "\(fault.message).") }
            draft = reading.draft
        } else {
            draft = TaskDraft(title: line)
        }
        do throws(Limits.Fault) {
            draft.title = try Limits.title(draft.title)
        } catch { throw Wrong(message: "The title \(error.message).") }
        // What is being looked at is where a new task belongs, if it doesn't say otherwise.
        if draft.list == nil, case .list(let key) = board.view { draft.list = key }
        if draft.list == "INBOX" { draft.list = nil }
        if case .tag(let tag) = board.view, draft.tags?.contains(tag) != true { draft.tags = (draft.tags ?? []) + [tag] }
        if draft.dueOn == nil, board.view == .today { draft.dueOn = today }
        notice = nil
        let last = unsaved?.draft
        unsaved = nil
        var same = draft
        same.id = last?.id
        let isRepeat = same == last
        // The server may have got it the last time: under the same id it can't become two tasks.
        draft.id = isRepeat ? last?.id : nextID
        if let id = draft.id { typed[id] = line }
        return change([(kind: .create(draft), title: draft.title)], "Added") + (isRepeat ? [] : [.makeID])
    }

    private mutating func retitle(_ text: String, _ prompt: Prompt) throws(Wrong) -> [Effect] {
        guard let task = prompt.targets.first else { return [] }
        let title: String
        do throws(Limits.Fault) {
            title = try Limits.title(text)
        } catch { throw Wrong(message: "The title \(error.message).") }
        if title == task.title { return [] }
        return change(
            [(kind: .update(task.id, TaskPatch(title: title)), title: title)], "Changed", isGuarded: true,
            basedOn: [task.id: task.version])
    }

    mutating func setDue(_ text: String, _ tasks: [TodoTask]) throws(Wrong) -> [Effect] {
        let day = try State.day(text, today: today)
        return update(tasks, day.map { "Due \($0)" } ?? "Not due any more") { _ in TaskPatch(dueOn: .some(day)) }
    }

    /// A day as people type it; nil for none.
    static func day(_ text: String, today: LocalDate?) throws(Wrong) -> LocalDate? {
        let word = text.filter { !$0.isWhitespace }
        if word.isEmpty || word.lowercased() == "none" { return nil }
        let day = today.flatMap { DayExpression.date(word, today: $0) } ?? LocalDate(word)
        guard let day else { throw Wrong(message: "“\(word)” names no day: write fri, tomorrow, 24.12., in-3-days or none.") }
        return day
    }

    /// Words set the tags; where all have a + or -, they are added and taken off.
    mutating func setTags(_ text: String, _ tasks: [TodoTask]) throws(Wrong) -> [Effect] {
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        let isChange = !words.isEmpty && words.allSatisfy { $0.first == "+" || $0.first == "-" }
        func name(_ word: some StringProtocol) -> String { String(word.first == "@" ? word.dropFirst() : word[...]) }
        let names = words.map { isChange ? name($0.dropFirst()) : name($0) }
        do throws(Limits.Fault) { _ = try Limits.tags(names) } catch { throw Wrong(message: "The tags: \(error.message).") }
        return update(tasks, "Tags changed") { task in
            guard isChange else { return TaskPatch(tags: State.unique(names)) }
            var tags = task.tags
            for (word, name) in zip(words, names) {
                if word.first == "-" { tags.removeAll { $0 == name } } else { tags.append(name) }
            }
            return TaskPatch(tags: State.unique(tags))
        }
    }

    private static func unique(_ tags: [String]) -> [String] {
        var seen: Set<String> = []
        return tags.filter { seen.insert($0).inserted }
    }

    mutating func move(to text: String, _ tasks: [TodoTask]) throws(Wrong) -> [Effect] {
        let word = text.filter { !$0.isWhitespace && $0 != "+" }
        if word.isEmpty { return [] }
        let key: String?
        do throws(Limits.Fault) { key = try Limits.list(word) } catch { throw Wrong(message: "The list \(error.message).") }
        if let key, !lists.isEmpty, !lists.contains(where: { $0.key == key }) {
            let known = (["INBOX"] + lists.compactMap(\.key)).joined(separator: " ")
            throw Wrong(message: "There is no list \(key). There is \(known).")
        }
        return update(tasks, "Moved to \(key ?? "the inbox")") { _ in TaskPatch(list: .some(key)) }
    }

    enum Edit {
        case edited, submitted, cancelled, ignored
        case left(Effect)
    }

    /// What every input line does with a key.
    func edit(_ editor: inout LineEditor, _ input: Input) -> Edit {
        switch input {
        case .paste(let text):
            editor.insert(text.replacing("\r\n", with: "\n").replacing("\r", with: "\n"))
            return .edited
        case .key(Key(.enter)): return .submitted
        case .key(Key(.escape)): return .cancelled
        case .key(.control("c")): return .left(.quit)
        case .key(.control("z")): return .left(.suspend)
        case .key(.control("l")): return .left(.redraw)
        case .key(let key): return editor.handle(key) ? .edited : .ignored
        case .mouse: return .ignored
        }
    }
}
