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
    /// Clicks and the wheel, in xterm's SGR form (1000 and 1006).
    private let mouseOn: String?
    private let mouseOff: String?
    /// A terminal under `screen` gets what screen itself doesn't know only in a wrapping.
    private let isUnderScreen: Bool
    private let hasClipboard: Bool

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
        mouseOn = isKnown ? "\u{1B}[?1000h\u{1B}[?1006h" : nil
        mouseOff = isKnown ? "\u{1B}[?1006l\u{1B}[?1000l" : nil
        isUnderScreen = name.hasPrefix("screen") && getenv("TMUX") == nil
        hasClipboard = isKnown
    }

    func enter() { send([pasteOn, mouseOn].compactMap { $0 }.joined()) }
    func leave() { send([mouseOff, pasteOff].compactMap { $0 }.joined()) }

    /// Gives text to the terminal's clipboard (xterm's OSC 52), where it has one.
    func copy(_ text: String) {
        guard hasClipboard else { return }
        let sequence = "\u{1B}]52;c;\(Base64.text(Array(text.utf8)))\u{07}"
        send(isUnderScreen ? "\u{1B}P\(sequence)\u{1B}\\" : sequence)
    }

    /// What undoes all of it at once, when there is no time for ncurses.
    var farewell: String {
        [mouseOff, pasteOff, Capability.text("sgr0"), Capability.text("cnorm"), Capability.text("rmcup")].compactMap { $0 }
            .joined()
    }

    private func send(_ text: String) {
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

/// RFC 4648, section 4.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")

    static func text(_ bytes: [UInt8]) -> String {
        var text = ""
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let value = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for place in 0..<4 {
                text.append(place <= group.count ? alphabet[value >> (18 - 6 * place) & 63] : "=")
            }
        }
        return text
    }
}
