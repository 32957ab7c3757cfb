public import FoundationEssentials
import Postgres
public import TodoCore

// The two changes that are made all day: each with its event in one statement, so that it takes one round trip.
extension TaskStore {
    /// Makes a task with the next number of its list, and the event `task.created`. The same draft with the same id
    /// again gives the task that is there.
    ///
    /// - Parameter draft: already validated.
    /// - Throws: `StoreError.noListForTask`, `.idTaken`, `.noSuchUser`; `PostgresError`.
    public func create(user: UUID, _ draft: TaskDraft, requestID: String?) async throws -> (task: StoredTask, isNew: Bool) {
        let id = draft.id ?? UUID.v7()
        let event = EventHead(type: "task.created", user: user, title: draft.title)
        do {
            let rows = try await database.query(
                """
                WITH \(TaskStore.turn(of: user)), list AS (
                    UPDATE lists SET next_number = next_number + 1 FROM turn
                    WHERE owner_id = \(user) AND key IS NOT DISTINCT FROM \(draft.list)
                    RETURNING lists.id, lists.key, next_number - 1 AS number, turn.now
                ), t AS (
                    INSERT INTO tasks (id, user_id, list_id, number, title, notes, due_on, priority, tags, created_at, updated_at)
                    SELECT \(id), \(user), list.id, list.number, \(draft.title), \(draft.notes ?? ""), \(draft.dueOn),
                        \(draft.priority ?? 0), \(draft.tags ?? []), list.now, list.now
                    FROM list RETURNING *
                ), event AS (\(event.insert(requestID: requestID, from: "t", at: "created_at")))
                SELECT \(StoredTask.columns) FROM t, list AS l
                """)
            guard let row = rows.first else {
                try await checkExistence(of: user)
                throw StoreError.noListForTask(key: draft.list ?? "(inbox)")
            }
            bell.ring()
            return (StoredTask(row), true)
        } catch let error as PostgresError where error.constraint == "tasks_pkey" {
            let rows = try await database.query("\(StoredTask.select) WHERE t.id = \(id) AND t.user_id = \(user)")
            guard let task = rows.first.map(StoredTask.init), try task.task().isMade(from: draft) else {
                throw StoreError.idTaken
            }
            return (task, false)
        }
    }

    /// Completes or reopens a task, with its event. Nil where there is nothing to change: the caller finds out why.
    func setDone(
        _ done: Bool, user: UUID, _ reference: TaskReference, ifVersion version: Int?, requestID: String?
    ) async throws -> StoredTask? {
        let isVersion: SQL? = version.map { "AND t.version = \($0)" }
        let event = EventHead(type: done ? "task.completed" : "task.reopened", user: user)
        let rows = try await database.query(
            """
            WITH \(TaskStore.turn(of: user)), changed AS (
                UPDATE tasks t SET done = \(done), done_at = CASE WHEN \(done) THEN turn.now END, updated_at = turn.now,
                    version = version + 1
                FROM turn WHERE \(TaskChange.matches(reference, user: user)) AND t.deleted_at IS NULL AND t.done <> \(done)
                    \(isVersion)
                RETURNING t.*
            ), event AS (\(event.insert(requestID: requestID, from: "changed", at: "updated_at")))
            SELECT \(StoredTask.columns) FROM changed t JOIN lists l ON l.id = t.list_id
            """)
        guard let row = rows.first else { return nil }
        bell.ring()
        return StoredTask(row)
    }

    /// The user's lock and the time after it, before anything is written (see ``Outbox/lock(user:)``).
    private static func turn(of user: UUID) -> SQL {
        """
        turn AS MATERIALIZED (SELECT clock_timestamp() AS now FROM \(Outbox.lock(user: user)))
        """
    }
}

/// An event of which only the statement that writes it knows the time.
private struct EventHead {
    let id = UUID.v7()
    let type: String
    let user: UUID
    var title: String?

    /// The insert of the event for each row of a part of the statement, which has the task's `id`, and the time as `time`.
    func insert(requestID: String?, from source: SQL, at time: SQL) -> SQL {
        """
        INSERT INTO events (event_id, type, user_id, payload, occurred_at, request_id)
        SELECT \(id), \(type), \(user), \(payload(at: time)), \(time), \(requestID) FROM \(source)
        """
    }

    /// The JSON of the event: what is known before, then what the row adds.
    private func payload(at time: SQL) -> SQL {
        var json = JSONWriter(capacity: 256)
        json.raw(#"{"event_id":"#)
        json.uuid(id)
        json.raw(#","type":"#)
        json.string(type)
        json.raw(#","user_id":"#)
        json.uuid(user)
        if let title {
            json.raw(#","title":"#)
            json.string(title)
        }
        json.raw(#","task_id":""#)
        let head = String(decoding: json.bytes, as: UTF8.self)
        return """
            (\(head) || id || '","occurred_at":"'
                || to_char(\(time) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"}')::json
            """
    }
}

extension TodoTask {
    /// Whether the task is what this draft asked for when it was made.
    fileprivate func isMade(from draft: TaskDraft) -> Bool {
        title == draft.title && list == draft.list && notes == draft.notes ?? "" && dueOn == draft.dueOn
            && priority == draft.priority ?? 0 && tags == draft.tags ?? [] && deletedAt == nil
    }
}
