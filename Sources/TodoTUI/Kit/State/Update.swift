internal import FoundationEssentials
internal import TodoCore

extension State {
    /// Takes in what has happened, and tells what is to be done about it. The only way to change the state.
    public mutating func update(_ message: Message) -> [Effect] {
        let effects =
            switch message {
            case .started: start()
            case .input(let input): take(input)
            case .resized(let size): resize(size)
            case .today(let day, let offset): note(day, offset)
            case .freshID(let id): note(id)
            case .signedIn(let result): signedIn(result)
            case .account(let result): accountLoaded(result)
            case .lists(let result): listsLoaded(result)
            case .page(let load, let tasks, let total): take(load, tasks, total)
            case .loaded(let load, let deleted, let failure): loaded(load, deleted, failure)
            case .task(let id, let result): taskLoaded(id, result)
            case .changed(let change, let result): changed(change, result)
            case .notesEdited(let edit, let result): notesEdited(edit, result)
            case .feed(let news): take(news)
            }
        // A question waits until nothing else is being typed or answered.
        if mode == .browse, screen == .board, !conflicts.isEmpty { mode = .conflict(conflicts.removeFirst()) }
        scroll()
        return effects
    }

    /// The feed comes first: what changes behind its beginning is told, so that the load misses nothing.
    private mutating func start() -> [Effect] {
        link = .connecting
        return [.follow, .loadAccount, .loadLists]
    }

    /// Asks for all tasks, unless that is on its way already.
    mutating func load() -> [Effect] {
        if loads.contains(where: { !$0.deleted }) { return [] }
        loadsAgain = false
        return [begin(deleted: false)]
    }

    mutating func begin(deleted: Bool) -> Effect {
        let number = board.beginLoad()
        loads.append(Load(number: number, deleted: deleted))
        return .load(number, deleted: deleted)
    }

    private mutating func take(_ input: Input) -> [Effect] {
        if case .account(let form) = screen { return accountInput(input, form) }
        if case .mouse(let mouse) = input { return take(mouse) }
        // A terminal sends Esc and a letter soon after it as it sends Alt and the letter. Where no text is typed
        // Alt means nothing, so it is taken for Esc.
        if case .key(let key) = input, key.modifiers.contains(.alt), !isTyping, keys.command(for: key) == nil {
            return take(.key(Key(.escape))) + take(.key(Key(key.code, key.modifiers.subtracting(.alt))))
        }
        switch mode {
        case .browse: return browseInput(input)
        case .prompt(let prompt): return promptInput(input, prompt)
        case .menu(let menu): return menuInput(input, menu)
        case .confirmDelete(let tasks): return confirmInput(input, tasks)
        case .conflict(let conflict): return conflictInput(input, conflict)
        case .details(let top): return detailsInput(input, top)
        case .help(let top): return helpInput(input, top)
        }
    }

    private var isTyping: Bool { if case .prompt = mode { true } else { false } }

    private mutating func resize(_ size: Size) -> [Effect] {
        self.size = size
        return []
    }

    private mutating func note(_ day: LocalDate, _ offset: Int) -> [Effect] {
        (today, utcOffset) = (day, offset)
        board.note(today: day)
        return []
    }

    private mutating func note(_ id: UUID) -> [Effect] {
        nextID = id
        return []
    }

    /// Keeps the cursor on the screen, and the screen full.
    private mutating func scroll() {
        let height = Layout(self).list.rows.count, lines = ListLines(board)
        top = min(top, max(0, lines.count - height))
        guard let cursor = board.cursor else { return }
        let line = lines.line(ofItem: cursor)
        if line >= top + height { top = line - height + 1 }
        // The heading of the done ones comes into view with the first of them.
        let first = line == lines.headingLine.map({ $0 + 1 }) ? line - 1 : line
        if first < top, height > 1 || first == line { top = first }
        if line < top { top = line }
    }
}
