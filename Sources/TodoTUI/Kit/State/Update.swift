internal import FoundationEssentials
internal import TodoCore

extension State {
    /// Takes in what has happened, and tells what is to be done about it. The only way to change the state.
    public mutating func update(_ message: Message) -> [Effect] {
        let effects =
            switch message {
            case .started: load()
            case .input(let input): take(input)
            case .resized(let size): resize(size)
            case .today(let day): note(day)
            case .freshID(let id): note(id)
            case .signedIn(let result): signedIn(result)
            case .account(let result): accountLoaded(result)
            case .tasks(let result): tasksLoaded(result)
            case .changed(let change, let result): changed(change, result)
            }
        scroll()
        return effects
    }

    /// The first thing to do, and what `r` does.
    mutating func load() -> [Effect] {
        if isLoading { return [] }
        isLoading = true
        return account == nil ? [.loadTasks, .loadAccount] : [.loadTasks]
    }

    private mutating func take(_ input: Input) -> [Effect] {
        if case .account(let form) = screen { return accountInput(input, form) }
        // A terminal sends Esc and a letter soon after it as it sends Alt and the letter. Where no text is typed
        // Alt means nothing, so it is taken for Esc.
        if case .key(let key) = input, key.modifiers.contains(.alt), !isTyping, keys.command(for: key) == nil {
            return take(.key(Key(.escape))) + take(.key(Key(key.code, key.modifiers.subtracting(.alt))))
        }
        switch mode {
        case .browse: return browseInput(input)
        case .add(let editor): return addInput(input, editor)
        case .filter(let editor, let before): return filterInput(input, editor, before)
        case .confirmDelete(let item): return confirmInput(input, item)
        case .help(let top): return helpInput(input, top)
        }
    }

    private var isTyping: Bool {
        switch mode {
        case .add, .filter: true
        case .browse, .confirmDelete, .help: false
        }
    }

    private mutating func resize(_ size: Size) -> [Effect] {
        self.size = size
        return []
    }

    private mutating func note(_ day: LocalDate) -> [Effect] {
        today = day
        return []
    }

    private mutating func note(_ id: UUID) -> [Effect] {
        nextID = id
        return []
    }

    /// Keeps the cursor on the screen, and the screen full.
    private mutating func scroll() {
        let layout = Layout(self), lines = ListLines(board)
        top = min(top, max(0, lines.count - layout.listHeight))
        guard let cursor = board.cursor else { return }
        let line = lines.line(ofItem: cursor)
        if line >= top + layout.listHeight { top = line - layout.listHeight + 1 }
        // The heading of the done ones comes into view with the first of them.
        let first = lines.line(ofItem: cursor) == lines.headingLine.map({ $0 + 1 }) ? line - 1 : line
        if first < top, layout.listHeight > 1 || first == line { top = first }
        if line < top { top = line }
    }
}
