internal import Glibc
public import TodoTUIKit

/// Waits for whatever happens next: keys, messages from other threads, signals. Sleeps in `poll(2)` until then.
public final class EventSource<Message: Sendable> {
    /// Something that has happened outside.
    public enum Event {
        case input(Input)
        case message(Message)
        /// The window may have another size.
        case resized
        /// Somebody asks the program to stop for a while.
        case stopRequested
        /// The program was stopped and goes on.
        case continued
        /// The program must end: by this signal, or (SIGHUP) because the terminal is gone.
        case ended(signal: Int32)
    }

    private let mailbox: Mailbox<Message>
    private let signals: SignalPort
    private var decoder = KeyDecoder()

    /// Reads keys from standard input, and messages and signals from these.
    public init(mailbox: Mailbox<Message>, signals: SignalPort) {
        self.mailbox = mailbox
        self.signals = signals
    }

    /// What has happened, in the order signals, messages, keys. Nothing for a key that is not complete yet, and when the time is over.
    ///
    /// - Parameter seconds: How long to wait at most.
    public func wait(atMost seconds: Int) -> [Event] {
        var ports = [STDIN_FILENO, mailbox.descriptor, signals.descriptor].map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        let patience =
            signals.hasKept ? 0 : decoder.isUndecided ? Int32(KeyDecoder.escapeTimeout) : Int32(clamping: seconds * 1000)
        let count = poll(&ports, nfds_t(ports.count), patience)
        if signals.hasKept { return signals.takeAll().compactMap(event) }
        if count == 0 { return decoder.flush().map { .input($0) } }
        // Interrupted: nothing has happened.
        if count < 0 { return [] }
        var events: [Event] = []
        if ports[2].revents != 0 { events += signals.takeAll().compactMap(event) }
        if ports[1].revents != 0 { events += mailbox.takeAll().map { .message($0) } }
        if ports[0].revents != 0 { events += readKeys() }
        return events
    }

    private func event(_ signal: Int32) -> Event? {
        switch signal {
        case SIGWINCH: .resized
        case SIGTSTP: .stopRequested
        case SIGCONT: .continued
        default: .ended(signal: signal)
        }
    }

    private func readKeys() -> [Event] {
        let bytes = withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { buffer -> [UInt8]? in
            let count = read(STDIN_FILENO, buffer.baseAddress, buffer.count)
            if count < 0, errno == EINTR || errno == EAGAIN { return [] }
            // 0 and EIO: the terminal is gone.
            return count > 0 ? Array(buffer.prefix(count)) : nil
        }
        guard let bytes else { return [.ended(signal: SIGHUP)] }
        return decoder.feed(bytes).map { .input($0) }
    }
}
