import Postgres
import Synchronization

/// Wakes the relay after a commit.
///
/// `NOTIFY` inside of a writing transaction holds a lock of the whole database until the commit is on disk, so that
/// commits could no longer share one flush. Rung afterwards, once for all that were committed meanwhile, it costs the
/// writers nothing; when the process dies in between, the relay's polling finds the event.
final class OutboxBell: Sendable {
    /// Between two rings while there is something to tell.
    private static let interval = Duration.milliseconds(8)

    private enum State {
        case still, ringing
        /// Rung again since the last notification.
        case rungAgain
    }

    private let database: PostgresPool
    private let state = Mutex(State.still)

    init(database: PostgresPool) { self.database = database }

    func ring() {
        let starts = state.withLock { state in
            defer { state = state == .still ? .ringing : .rungAgain }
            return state == .still
        }
        if starts { Task { await notify() } }
    }

    private func notify() async {
        repeat {
            // A database that can't be reached now: the relay polls.
            _ = try? await database.query("SELECT pg_notify(\(Outbox.channel), '')")
            try? await Task.sleep(for: OutboxBell.interval)
        } while state.withLock { state in
            state = state == .rungAgain ? .ringing : .still
            return state == .ringing
        }
    }
}
