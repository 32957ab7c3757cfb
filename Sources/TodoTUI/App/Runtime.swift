internal import FoundationEssentials
internal import Glibc
internal import TodoCore
internal import TodoTUIKit
internal import TodoTUITerminal

/// The loop: waits, lets Kit update the state, carries out the effects, draws. Uses no time while nothing happens.
final class Runtime {
    private let terminal: Terminal
    private let signals: SignalPort
    private let events: EventSource<Message>
    private let runner: EffectRunner
    private var state: State
    private var isDone = false
    private var endSignal: Int32?

    init(
        terminal: Terminal, signals: SignalPort, mailbox: Mailbox<Message>, runner: EffectRunner, server: String,
        settings: ScreenSettings
    ) {
        self.terminal = terminal
        self.signals = signals
        self.runner = runner
        events = EventSource(mailbox: mailbox, signals: signals)
        let today = Today.now()
        state = State(
            size: terminal.size, server: server, nextID: .v7(), today: today?.day, utcOffset: today?.utcOffset ?? 0,
            keys: settings.keys, theme: settings.theme)
    }

    /// Runs until the user quits. Returns the signal that ended it otherwise.
    func run() -> Int32? {
        send(.started)
        while !isDone {
            terminal.draw(state.view())
            // At midnight other tasks are due.
            let happened = events.wait(atMost: Today.secondsLeft(utcOffset: state.utcOffset))
            if let today = Today.now(), today.day != state.today || today.utcOffset != state.utcOffset {
                send(.today(today.day, utcOffset: today.utcOffset))
            }
            for event in happened where !isDone { handle(event) }
        }
        runner.cancel()
        terminal.close()
        return endSignal
    }

    private func handle(_ event: EventSource<Message>.Event) {
        switch event {
        case .input(let input): send(.input(input))
        case .message(let message): send(message)
        case .resized: send(.resized(terminal.resize()))
        case .stopRequested: suspend(wholeGroup: false)
        case .continued: send(.resized(terminal.resume()))
        case .ended(let signal):
            endSignal = signal
            isDone = true
        }
    }

    private func send(_ message: Message) {
        for effect in state.update(message) { perform(effect) }
    }

    private func perform(_ effect: Effect) {
        switch effect {
        case .makeID: send(.freshID(.v7()))
        case .redraw: terminal.forget()
        case .suspend: suspend(wholeGroup: true)
        case .quit: isDone = true
        case .copy(let text): terminal.copy(text)
        case .editNotes(let edit): editNotes(edit)
        case .signIn, .register, .loadAccount, .loadLists, .load, .loadTask, .change, .follow, .unfollow: runner.run(effect)
        }
    }

    private func suspend(wholeGroup: Bool) {
        terminal.suspend()
        signals.stop(wholeGroup: wholeGroup)
        send(.resized(terminal.resume()))
    }

    /// The editor has the terminal to itself; news wait until it is done.
    private func editNotes(_ edit: NotesEdit) {
        terminal.suspend()
        let result = NotesEditor.run(edit, signals)
        send(.resized(terminal.resume()))
        send(.notesEdited(edit, result))
    }
}

/// The user's day.
enum Today {
    /// By the machine's clock and time zone; nil when those make no sense.
    static func now() -> (day: LocalDate, utcOffset: Int)? {
        var now = time(nil), parts = tm()
        guard localtime_r(&now, &parts) != nil,
            let day = LocalDate(year: Int(parts.tm_year) + 1900, month: Int(parts.tm_mon) + 1, day: Int(parts.tm_mday))
        else { return nil }
        return (day, Int(parts.tm_gmtoff))
    }

    /// Until the user's next day begins, and a second more.
    static func secondsLeft(utcOffset: Int) -> Int {
        let passed = (time(nil) + utcOffset) % 86_400
        return 86_401 - (passed < 0 ? passed + 86_400 : passed)
    }
}
