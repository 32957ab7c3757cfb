internal import Cncurses
internal import Glibc
internal import Synchronization

/// The one door through which other threads send messages to the thread that owns the screen, and wake it.
public final class Mailbox<Message: Sendable>: Sendable {
    private let messages = Mutex<[Message]>([])
    /// Readable while there are messages.
    let descriptor: Int32

    /// Fails where the system gives no more descriptors.
    public init() throws(TerminalError) {
        descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        if descriptor < 0 {
            throw TerminalError("The system gives no more file descriptors: \(String(cString: strerror(errno)))")
        }
    }

    deinit { Glibc.close(descriptor) }

    /// From any thread.
    public func post(_ message: Message) {
        messages.withLock { $0.append(message) }
        // Fails only when the counter is full: then the reader is awake anyway.
        eventfd_write(descriptor, 1)
    }

    /// The messages in the order in which they came.
    func takeAll() -> [Message] {
        var count: eventfd_t = 0
        eventfd_read(descriptor, &count)
        return messages.withLock { messages in
            defer { messages.removeAll() }
            return messages
        }
    }
}
