import FoundationEssentials
import TodoCore
import TodoTUIKit

/// Plays the program without a terminal and without a server: presses keys, answers effects, looks at frames.
struct Driver {
    var state: State
    /// All that was asked for since ``forget()``.
    var effects: [Effect] = []

    static let today = LocalDate(year: 2026, month: 11, day: 21)!

    init(columns: Int = 80, rows: Int = 24) {
        state = State(
            size: Size(columns: columns, rows: rows), server: "localhost:8080", nextID: Self.id(900), today: Self.today)
        send(.started)
    }

    /// With the tasks of ``samples`` loaded for Ann.
    static func loaded(columns: Int = 80, rows: Int = 24, _ tasks: [TodoTask] = samples) -> Driver {
        var driver = Driver(columns: columns, rows: rows)
        driver.send(.tasks(.success(tasks)))
        driver.send(.account(.success("ann@example.org")))
        driver.forget()
        return driver
    }

    /// At the form, as a new user meets it.
    static func signedOut(columns: Int = 80, rows: Int = 24) -> Driver {
        var driver = Driver(columns: columns, rows: rows)
        let failure = Failure(.unauthorized, "Please sign in, or make an account.")
        driver.send(.tasks(.failure(failure)))
        driver.send(.account(.failure(failure)))
        driver.forget()
        return driver
    }

    mutating func send(_ message: Message) { effects += state.update(message) }
    mutating func forget() { effects = [] }

    mutating func press(_ codes: Key.Code...) {
        for code in codes { send(.input(.key(Key(code)))) }
    }

    mutating func control(_ letter: Character) { send(.input(.key(.control(letter)))) }

    mutating func type(_ text: String) {
        for scalar in text.unicodeScalars { press(.character(Character(scalar))) }
    }

    /// The changes that were asked for.
    var changes: [Change] {
        effects.compactMap { if case .change(let change) = $0 { change } else { nil } }
    }

    var titles: [String] { state.board.items.map(\.task.title) }
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
        list: String? = nil
    ) -> TodoTask {
        let time = Date(timeIntervalSince1970: 1_795_000_000)
        return TodoTask(
            id: id(number), list: list, number: number, title: title, done: done, dueOn: due.flatMap { today.adding(days: $0) },
            priority: priority, tags: tags, createdAt: time, updatedAt: time)
    }

    /// In the order of the API: the newest first.
    static let samples = [
        task(9, "Plan the week: groceries, laundry, and the long overdue letter to the landlord about the heating"),
        task(8, "Call the dentist", due: 1, priority: 2),
        task(7, "读书：三体 (book club) 📚", due: 5, priority: 1, tags: ["reading"]),
        task(6, "Pay the rent", done: true, due: -1, priority: 3, tags: ["home"]),
        task(5, "Reply to Zoë about the invoice", due: -2, priority: 3, tags: ["work", "mail"]),
        task(4, "Buy milk and bread", due: 0, tags: ["home"]),
        task(3, "Fix the front page", due: 120, tags: ["work"], list: "WEB"),
        task(2, "Evil \u{1B}[2J title \u{202E}reversed"),
        task(1, "Book the train to Lisbon", done: true, tags: ["travel"]),
    ]
}
