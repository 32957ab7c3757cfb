import FoundationEssentials
import TodoCore
import TodoTUIKit

/// Plays the program without a terminal and without a server: presses keys, answers effects, looks at frames.
struct Driver {
    var state: State
    /// All that was asked for since ``forget()``.
    var effects: [Effect] = []
    private var answered: Set<Int> = []

    static let today = LocalDate(year: 2026, month: 11, day: 21)!

    init(columns: Int = 80, rows: Int = 24, keys: KeyMap = .standard, theme: Theme = .terminal) {
        state = State(
            size: Size(columns: columns, rows: rows), server: "localhost:8080", nextID: Self.id(900), today: Self.today,
            keys: keys, theme: theme)
        send(.started)
    }

    /// With the tasks of ``samples`` loaded for Ann, and the feed live.
    static func loaded(columns: Int = 80, rows: Int = 24, _ tasks: [TodoTask] = samples, theme: Theme = .terminal) -> Driver {
        var driver = Driver(columns: columns, rows: rows, theme: theme)
        driver.send(.account(.success("ann@example.org")))
        driver.send(.lists(.success(lists)))
        driver.send(.feed(.connected))
        driver.answerLoad(tasks)
        driver.forget()
        return driver
    }

    /// At the form, as a new user meets it.
    static func signedOut(columns: Int = 80, rows: Int = 24) -> Driver {
        var driver = Driver(columns: columns, rows: rows)
        let failure = Failure(.unauthorized, "Please sign in, or make an account.")
        driver.send(.account(.failure(failure)))
        driver.send(.lists(.failure(failure)))
        driver.send(.feed(.ended(failure)))
        driver.forget()
        return driver
    }

    /// Answers the last load that was asked for, in one page.
    mutating func answerLoad(_ tasks: [TodoTask], deleted: Bool = false, _ failure: Failure? = nil) {
        guard let number = lastLoad(deleted: deleted) else { return }
        if failure == nil { send(.page(load: number, tasks, total: tasks.count)) }
        send(.loaded(load: number, deleted: deleted, failure))
    }

    func lastLoad(deleted: Bool = false) -> Int? {
        effects.reversed().lazy.compactMap { if case .load(let number, deleted) = $0 { number } else { nil } }.first
    }

    /// The server says yes to all that was asked for and is not answered yet.
    mutating func answerChanges(at time: Double = 100) {
        for change in changes where !answered.contains(change.number) {
            answered.insert(change.number)
            guard let id = change.task, var task = state.board.task(id) else { continue }
            task.version += 1
            task.updatedAt = Driver.time.addingTimeInterval(time)
            if case .create = change.kind {
                (task.number, task.reference, task.createdAt) = (77, "77", task.updatedAt)
            }
            var isDelete = false
            if case .delete = change.kind { isDelete = true }
            send(.changed(change, .success(isDelete ? nil : task)))
        }
    }

    static let lists = [
        TodoList(id: id(501), key: nil, name: "Inbox", createdAt: time),
        TodoList(id: id(502), key: "WEB", name: "Website", createdAt: time),
    ]
    static let time = Date(timeIntervalSince1970: 1_795_000_000)

    mutating func send(_ message: Message) { effects += state.update(message) }
    mutating func forget() { effects = [] }

    mutating func press(_ codes: Key.Code...) {
        for code in codes { send(.input(.key(Key(code)))) }
    }

    mutating func control(_ letter: Character) { send(.input(.key(.control(letter)))) }

    mutating func type(_ text: String) {
        for scalar in text.unicodeScalars { press(.character(Character(scalar))) }
    }

    mutating func click(_ column: Int, _ row: Int) { send(.input(.mouse(Mouse(.press, at: Position(column: column, row: row))))) }

    /// The line that is being typed; nil where none is.
    var typed: String? { if case .prompt(let prompt) = state.mode { prompt.editor.text } else { nil } }

    /// The changes that were asked for.
    var changes: [Change] {
        effects.compactMap { if case .change(let change) = $0 { change } else { nil } }
    }

    var items: [Board.Item] { (0..<state.board.rowCount).map { state.board.item($0) } }
    var titles: [String] { items.map(\.task.title) }
    var text: String { lines.joined(separator: "\n") }
    /// The list's row with this text; nil for none.
    func row(_ part: String) -> Int? { titles.firstIndex { $0.contains(part) } }
    var lines: [String] {
        let frame = state.view()
        return (0..<frame.size.rows).map { frame.text(row: $0) }
    }

    static func id(_ number: Int) -> UUID {
        let digits = String(number)
        return UUID(uuidString: "00000000-0000-7000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits)!
    }

    static func task(
        _ number: Int, _ title: String, done: Bool = false, due: Int? = nil, priority: Int = 0, tags: [String] = [],
        list: String? = nil, notes: String = "", deleted: Bool = false
    ) -> TodoTask {
        let made = time.addingTimeInterval(Double(number))
        return TodoTask(
            id: id(number), list: list, number: number, title: title, done: done, notes: notes,
            dueOn: due.flatMap { today.adding(days: $0) }, priority: priority, tags: tags, createdAt: made, updatedAt: made,
            doneAt: done ? made : nil, deletedAt: deleted ? made : nil)
    }

    static func event(_ kind: DomainEvent.Kind, at seconds: Double = 50) -> Message {
        .feed(.event(DomainEvent(id: id(700), occurredAt: time.addingTimeInterval(seconds), user: id(600), kind: kind)))
    }

    /// In the order of the API: the newest first.
    static let samples = [
        task(9, "Plan the week: groceries, laundry, and the long overdue letter to the landlord about the heating"),
        task(
            8, "Call the dentist", due: 1, priority: 2,
            notes: "Ask about the filling.\n\nTheir number: 030 1234567, mornings only."),
        task(7, "读书：三体 (book club) 📚", due: 5, priority: 1, tags: ["reading"]),
        task(6, "Pay the rent", done: true, due: -1, priority: 3, tags: ["home"]),
        task(5, "Reply to Zoë about the invoice", due: -2, priority: 3, tags: ["work", "mail"]),
        task(4, "Buy milk and bread", due: 0, tags: ["home"]),
        task(3, "Fix the front page", due: 120, tags: ["work"], list: "WEB"),
        task(2, "Evil \u{1B}[2J title \u{202E}reversed"),
        task(1, "Book the train to Lisbon", done: true, tags: ["travel"]),
    ]
}
