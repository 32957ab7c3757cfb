internal import Clibpq
internal import Glibc

/// What a `NOTIFY` brought.
public struct PostgresNotification: Sendable, Hashable {
    public let channel: String
    /// Empty when the `NOTIFY` had none.
    public let payload: String
    /// The server process that notified.
    public let processID: Int32
}

extension PostgresConnection {
    /// Waits for the next notification on a channel that was `LISTEN`ed to. It occupies only this connection's thread.
    ///
    /// - Returns: nil after `timeout`, or after `interrupt()`.
    /// - Throws: `.closed` when the server has gone: connect again, `LISTEN` again, and look for what was missed.
    public func waitForNotification(
        timeout: Duration, file: StaticString = #fileID, line: UInt = #line
    ) throws(PostgresError) -> PostgresNotification? {
        do throws(PostgresError) {
            let session = try ready()
            let deadline = Deadline.after(timeout)
            while true {
                if let notification = session.takeNotification() { return notification }
                if signals.takeInterrupt() { return nil }
                if isCancelled { throw PostgresError.cancelled }
                switch session.wait(for: POLLIN, until: deadline) {
                case .socket:
                    guard session.consumeWhatIsThere() else {
                        self.session = nil
                        throw PostgresError(.closed, "the connection was lost while it waited for a notification")
                    }
                case .signal: break
                case .deadline: return nil
                }
            }
        } catch { throw error.at(file, line) }
    }
}

extension Session {
    /// The oldest notification that has been read.
    fileprivate func takeNotification() -> PostgresNotification? {
        guard let notification = PQnotifies(handle) else { return nil }
        defer { PQfreemem(notification) }
        return PostgresNotification(
            channel: String(cString: notification.pointee.relname), payload: String(cString: notification.pointee.extra),
            processID: notification.pointee.be_pid)
    }
}
