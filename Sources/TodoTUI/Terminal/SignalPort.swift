internal import Cncurses
internal import Glibc

/// Signals as data on a descriptor, instead of handlers that may do almost nothing.
///
/// Make it before any other thread is started: threads inherit the mask that keeps the signals from them.
public final class SignalPort {
    let descriptor: Int32
    /// Heard already, and not told yet.
    private var kept: [Int32] = []
    private static let heard = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH]

    /// Keeps the signals from the thread that calls it, and opens the descriptor.
    public init() throws(TerminalError) {
        var mask = SignalPort.set(SignalPort.heard)
        pthread_sigmask(SIG_BLOCK, &mask, nil)
        // A server that hangs up is an error of one request, not the end of the program.
        signal(SIGPIPE, SIG_IGN)
        descriptor = signalfd(-1, &mask, Int32(SFD_CLOEXEC | SFD_NONBLOCK))
        if descriptor < 0 { throw TerminalError("The system gives no signal descriptor: \(String(cString: strerror(errno)))") }
    }

    deinit { Glibc.close(descriptor) }

    /// Whether a signal waits that the descriptor doesn't tell of any more.
    var hasKept: Bool { !kept.isEmpty }

    /// The numbers of the signals that have come.
    func takeAll() -> [Int32] {
        var numbers = kept
        kept = []
        var information = signalfd_siginfo()
        while read(descriptor, &information, MemoryLayout<signalfd_siginfo>.size) == MemoryLayout<signalfd_siginfo>.size {
            numbers.append(Int32(bitPattern: information.ssi_signo))
        }
        return numbers
    }

    /// What keys sent to the whole group while another program had the terminal was not meant for this one.
    func forgetKeys() {
        for number in takeAll() where number == SIGTERM || number == SIGHUP { kept.append(number) }
    }

    /// Stops the program until somebody continues it. With `wholeGroup` all that the shell started with it
    /// stops too, as Ctrl-Z does it. Comes back at once where no shell is there to continue it.
    public func stop(wholeGroup: Bool) {
        var mask = SignalPort.set([SIGTSTP])
        // ncurses has put a handler of its own in.
        signal(SIGTSTP, SIG_DFL)
        kill(wholeGroup ? 0 : getpid(), SIGTSTP)
        // It takes effect in here.
        pthread_sigmask(SIG_UNBLOCK, &mask, nil)
        pthread_sigmask(SIG_BLOCK, &mask, nil)
    }

    /// Ends the program by the signal itself, so that whoever started it sees the true cause.
    public func end(by number: Int32) -> Never {
        signal(number, SIG_DFL)
        kill(getpid(), number)
        var mask = SignalPort.set([number])
        pthread_sigmask(SIG_UNBLOCK, &mask, nil)
        exit(128 + number)
    }

    private static func set(_ numbers: [Int32]) -> sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for number in numbers { sigaddset(&set, number) }
        return set
    }
}
