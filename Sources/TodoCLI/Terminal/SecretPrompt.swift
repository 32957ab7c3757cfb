import Glibc

/// Asks for a secret on the terminal.
enum SecretPrompt {
    /// Shows the prompt and reads a line that is not shown.
    ///
    /// The terminal hands over each key as it is, Ctrl-C included: so nothing can end the program while the echo is off,
    /// and it is always put back.
    static func ask(_ prompt: String) -> CommandIO.Secret {
        guard isatty(STDIN_FILENO) == 1 else { return .noTerminal }
        let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
        guard terminal >= 0 else { return .noTerminal }
        defer { close(terminal) }
        var original = termios()
        guard tcgetattr(terminal, &original) == 0 else { return .noTerminal }
        var quiet = original
        quiet.c_lflag &= ~tcflag_t(ECHO | ECHONL | ICANON | ISIG | IEXTEN)
        // Keys typed ahead were typed with the echo on: they are not the secret.
        guard tcsetattr(terminal, TCSAFLUSH, &quiet) == 0 else { return .noTerminal }
        defer {
            tcsetattr(terminal, TCSAFLUSH, &original)
            writeAll(Array("\n".utf8), to: terminal)
        }
        writeAll(Array(prompt.utf8), to: terminal)
        return readLine(from: terminal)
    }

    private static func readLine(from terminal: Int32) -> CommandIO.Secret {
        var line: [UInt8] = []
        while true {
            var byte: UInt8 = 0
            let count = read(terminal, &byte, 1)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return .interrupted }
            switch byte {
            case 0x0A, 0x0D: return .text(String(decoding: line, as: UTF8.self))
            case 0x03, 0x1C: return .interrupted  // Ctrl-C, Ctrl-\
            case 0x04: return line.isEmpty ? .interrupted : .text(String(decoding: line, as: UTF8.self))  // Ctrl-D
            case 0x15: line = []  // Ctrl-U
            case 0x08, 0x7F:  // Backspace takes a whole character, not a byte of it.
                while let last = line.popLast(), last & 0xC0 == 0x80 {}
            default: line.append(byte)
            }
        }
    }
}
