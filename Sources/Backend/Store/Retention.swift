public import FoundationEssentials
public import Logging
public import Postgres

/// Deletes what has been kept long enough: published events, and tasks that were deleted.
///
/// In small batches, each in a short transaction of its own, so that nobody waits for it. Any number of processes may run
/// it: one sweeps at a time, and the others find nothing to do.
public struct Retention: Sendable {
    /// What a sweep deleted.
    public struct Swept: Sendable, Hashable {
        public var events: Int
        public var tasks: Int

        public init(events: Int, tasks: Int) {
            self.events = events
            self.tasks = tasks
        }
    }

    /// How long a deleted task can be restored.
    public static let deletedTasks = Duration.seconds(30 * 86_400)
    /// How long events are kept where nobody says otherwise (`EVENTS_RETENTION`).
    public static let events = Duration.seconds(30 * 86_400)

    /// Any numbers that nothing else locks. Whoever finds one locked stops, and the one who has it goes on: so one for each
    /// kind, or both might stop.
    private static let eventLock = 0x746F_646F_0002
    private static let taskLock = 0x746F_646F_0003
    private static let eventBatch = 1000
    private static let taskBatch = 500

    private let database: PostgresPool
    private let events: Duration
    private let deletedTasks: Duration
    private let logger: Logger

    /// - Parameters:
    ///   - database: with the rights of the API.
    ///   - events: how long events are kept after they occurred. One that isn't published yet stays whatever its age.
    ///   - deletedTasks: how long tasks are kept after they were deleted.
    public init(
        database: PostgresPool, events: Duration = Retention.events, deletedTasks: Duration = Retention.deletedTasks,
        logger: Logger
    ) {
        self.database = database
        self.events = events
        self.deletedTasks = deletedTasks
        self.logger = logger
    }

    /// Sweeps again and again, at once and then `every` so often, until the task is cancelled. A failure is logged, and
    /// tried again the next time.
    public func run(every interval: Duration = .seconds(3600)) async {
        while !Task.isCancelled {
            do {
                let swept = try await sweep(at: Date())
                if swept.events + swept.tasks > 0 {
                    logger.info(
                        "deleted what was kept long enough", metadata: ["events": "\(swept.events)", "tasks": "\(swept.tasks)"])
                }
            } catch  where !Task.isCancelled {
                logger.warning("could not delete what was kept long enough, tries again later", metadata: ["error": "\(error)"])
            } catch {
                return
            }
            try? await Task.sleep(for: interval)
        }
    }

    /// Deletes all that is due.
    ///
    /// - Throws: `PostgresError`; what was deleted until then stays so.
    public func sweep(at now: Date) async throws -> Swept {
        let events = try await sweep(
            eventsStatement(before: now.before(events)), batch: Retention.eventBatch, lock: Retention.eventLock)
        let tasks = try await sweep(
            tasksStatement(before: now.before(deletedTasks)), batch: Retention.taskBatch, lock: Retention.taskLock)
        return Swept(events: events, tasks: tasks)
    }

    /// Runs the statement until it finds less than a batch. Returns how many rows it deleted in all.
    private func sweep(_ statement: SQL, batch: Int, lock: Int) async throws -> Int {
        var total = 0
        while true {
            let count = try await database.withTransaction { connection in
                let rows = try connection.query("SELECT pg_try_advisory_xact_lock(\(lock))")
                guard try rows.first?.decode(Bool.self) == true else { return 0 }
                return try connection.query(statement).first?.decode(Int.self) ?? 0
            }
            total += count
            if count < batch { return total }
        }
    }

    /// From the front of the outbox, by its primary key, up to the first event that is too young or not published. The
    /// cursor's row keeps how far that is, for readers who would miss what is gone. Answers how many events it were.
    package func eventsStatement(before limit: Date) -> SQL {
        // By their places in the table, which never change, as nobody updates an event.
        """
        WITH gone AS (
            DELETE FROM events WHERE ctid = ANY (ARRAY(
                SELECT place FROM (
                    SELECT place, bool_and(occurred_at < \(limit)) OVER (ORDER BY xid, seq) AS is_due
                    FROM (
                        SELECT ctid AS place, xid, seq, occurred_at FROM events
                        WHERE (xid, seq) <= (SELECT relay_cursor.xid, relay_cursor.seq FROM relay_cursor)
                        ORDER BY xid, seq LIMIT \(SQL(unsafe: "\(Retention.eventBatch)"))
                    ) AS front
                ) AS judged WHERE is_due
            )) RETURNING xid, seq
        ), last AS (
            SELECT xid, seq FROM gone ORDER BY xid DESC, seq DESC LIMIT 1
        ), noted AS (
            UPDATE relay_cursor SET pruned_xid = last.xid, pruned_seq = last.seq FROM last
        )
        SELECT count(*) FROM gone
        """
    }

    /// Locked before they are deleted, and without waiting: one that is being restored at the moment stays. Answers how many.
    package func tasksStatement(before limit: Date) -> SQL {
        """
        WITH gone AS (
            DELETE FROM tasks WHERE id = ANY (ARRAY(
                SELECT id FROM tasks WHERE deleted_at < \(limit) ORDER BY deleted_at
                LIMIT \(SQL(unsafe: "\(Retention.taskBatch)")) FOR UPDATE SKIP LOCKED
            )) RETURNING id
        )
        SELECT count(*) FROM gone
        """
    }
}

extension Date {
    fileprivate func before(_ duration: Duration) -> Date { addingTimeInterval(-(duration / .seconds(1))) }
}
