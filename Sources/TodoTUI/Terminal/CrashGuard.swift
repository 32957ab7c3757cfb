internal import Glibc

/// Puts the terminal back when the program crashes, so that the shell is usable and the report readable.
enum CrashGuard {
    private static let signals = [SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS]

    /// What the handler needs, in plain memory: it may allocate nothing and call no Swift runtime.
    private struct Memory {
        var settings: UnsafeMutablePointer<termios>?
        var farewell: UnsafeMutablePointer<UInt8>?
        var length = 0
    }

    // Written by the one thread that owns the terminal, before the handler is installed and after it is removed.
    nonisolated(unsafe) private static var memory = Memory()

    /// `modes`: how the terminal was before.
    static func install(restoring modes: TerminalModes) {
        let text = Array(modes.farewell.utf8)
        let farewell = UnsafeMutablePointer<UInt8>.allocate(capacity: max(1, text.count))
        farewell.initialize(from: text, count: text.count)
        let settings = UnsafeMutablePointer<termios>.allocate(capacity: 1)
        settings.initialize(to: modes.before)
        memory = Memory(settings: settings, farewell: farewell, length: text.count)
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { number in
            if let settings = CrashGuard.memory.settings { tcsetattr(STDIN_FILENO, TCSANOW, settings) }
            if let farewell = CrashGuard.memory.farewell { _ = write(STDOUT_FILENO, farewell, CrashGuard.memory.length) }
            // Ends the program as if there had been no handler, with a core file where those are wanted.
            signal(number, SIG_DFL)
            raise(number)
        }
        // So that `raise` below takes effect at once.
        action.sa_flags = SA_NODEFER
        for number in signals { sigaction(number, &action, nil) }
    }

    /// The terminal is as it was: nothing to put back.
    static func remove() {
        for number in signals { signal(number, SIG_DFL) }
        memory.settings?.deallocate()
        memory.farewell?.deallocate()
        memory = Memory()
    }
}
