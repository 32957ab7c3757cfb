internal import Cncurses
internal import Glibc

/// A string capability of the terminal.
enum Capability {
    /// Nil where the terminal doesn't have it.
    static func text(_ name: String) -> String? {
        // ncurses answers -1 for a name that is no string capability.
        guard let text = tigetstr(name), Int(bitPattern: text) != -1 else { return nil }
        return String(cString: text)
    }
}

/// How the terminal was before, and what ncurses leaves alone: the marking of pasted text.
final class TerminalModes {
    /// The line settings that were found.
    let before: termios
    private let pasteOn: String?
    private let pasteOff: String?

    /// After `setupterm` and before `newterm`.
    init() {
        var settings = termios()
        tcgetattr(STDIN_FILENO, &settings)
        before = settings
        // `BE` and `BD`: xterm's bracketed paste, in the terminal descriptions of ncurses 6.4 and later. Some
        // systems have older ones, without them, for terminals that do it all the same.
        let name = getenv("TERM").map { String(cString: $0) } ?? ""
        let isKnown = ["xterm", "screen", "tmux", "alacritty", "foot", "kitty"].contains { name.hasPrefix($0) }
        pasteOn = Capability.text("BE") ?? (isKnown ? "\u{1B}[?2004h" : nil)
        pasteOff = Capability.text("BD") ?? (isKnown ? "\u{1B}[?2004l" : nil)
    }

    func enter() { send(pasteOn) }
    func leave() { send(pasteOff) }

    /// What undoes all of it at once, when there is no time for ncurses.
    var farewell: String {
        [pasteOff, Capability.text("sgr0"), Capability.text("cnorm"), Capability.text("rmcup")].compactMap { $0 }.joined()
    }

    private func send(_ text: String?) {
        guard let text else { return }
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return }
            sent += count
        }
    }
}
