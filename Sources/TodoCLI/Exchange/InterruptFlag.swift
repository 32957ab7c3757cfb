import Glibc
import Synchronization

/// Ctrl-C while tasks are on their way: what has begun is brought to its end. A second one ends the program at once.
enum InterruptFlag {
    // Global, for a signal handler has nothing else that it could reach.
    private static let raised = Atomic(false)

    static var isRaised: Bool { raised.load(ordering: .relaxed) }

    /// Where Ctrl-C is ignored, as it is for what a script runs in the background, it stays so.
    static func install() {
        // Before the handler does: the first use of a global may wait for a lock, which no handler may.
        raised.store(false, ordering: .relaxed)
        guard !isIgnored else { return }
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { _ in InterruptFlag.raise() }
        action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND)) | SA_RESTART
        sigaction(SIGINT, &action, nil)
    }

    static func uninstall() {
        if !isIgnored { signal(SIGINT, SIG_DFL) }
    }

    private static var isIgnored: Bool {
        var action = sigaction()
        sigaction(SIGINT, nil, &action)
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    private static func raise() { raised.store(true, ordering: .relaxed) }
}
