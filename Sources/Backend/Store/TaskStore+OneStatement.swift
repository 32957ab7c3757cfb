public import FoundationEssentials
import Postgres
public import TodoCore

// The two changes that are made all day: each with its event in one statement, so that it takes one round trip. What is
// asked for at the same time goes together (see TaskStore+Batches.swift).
extension TaskStore {
    /// What `create` was asked for.
    struct Creation: Sendable {
        let user: UUID
        let id: UUID
        let draft: TaskDraft
        let requestID: String?
        let event: EventHead
    }

    /// Makes a task with the next number of its list, and the event `task.created`. The same draft with the same id
    /// again gives the task that is there.
    ///
    /// - Parameter draft: already validated.
    /// - Throws: `StoreError.noListForTask`, `.idTaken`, `.noSuchUser`; `PostgresError`.
    public func create(user: UUID, _ draft: TaskDraft, requestID: String?) async throws -> (task: StoredTask, isNew: Bool) {
        let made = try await creations(
            Creation(
                user: user, id: draft.id ?? UUID.v7(), draft: draft, requestID: requestID,
                event: EventHead(type: "task.created", user: user, title: draft.title)))
        return (made.task, made.isNew)
    }

    /// A task, and whether it was made just now.
    struct Created: Sendable {
        let task: StoredTask
        let isNew: Bool
    }

    /// - Returns: nil where it would have to wait and may not, or where there is no such list.
    static func create(_ wanted: Creation, waits: Bool, in database: PostgresPool) async throws -> Created? {
        do {
            return try await insert(wanted, waits: waits, in: database).map { Created(task: $0, isNew: true) }
        } catch let error as PostgresError where error.constraint == "tasks_pkey" {
            return Created(task: try await made(wanted, in: database), isNew: false)
        }
    }

    private static func insert(_ wanted: Creation, waits: Bool, in database: PostgresPool) async throws -> StoredTask? {
        let (user, draft) = (wanted.user, wanted.draft)
        let rows = try await database.query(
            """
            WITH \(turn(of: user, waits: waits)), list AS (
                UPDATE lists SET next_number = next_number + 1 FROM turn
                WHERE owner_id = \(user) AND key IS NOT DISTINCT FROM \(draft.list)
                RETURNING lists.id, lists.key, next_number - 1 AS number, turn.now
            ), t AS (
                INSERT INTO tasks (id, user_id, list_id, number, title, notes, due_on, priority, tags, created_at, updated_at)
                SELECT \(wanted.id), \(user), list.id, list.number, \(draft.title), \(draft.notes ?? ""), \(draft.dueOn),
                    \(draft.priority ?? 0), \(draft.tags ?? []), list.now, list.now
                FROM list RETURNING *
            ), event AS (\(wanted.event.insert(requestID: wanted.requestID, from: "t", at: "created_at")))
            SELECT \(StoredTask.columns) FROM t, list AS l
            """)
        return rows.first.map(StoredTask.init)
    }

    /// The task that has the id already, where it is what was asked for.
    private static func made(_ wanted: Creation, in database: PostgresPool) async throws -> StoredTask {
        let rows = try await database.query("\(StoredTask.select) WHERE t.id = \(wanted.id) AND t.user_id = \(wanted.user)")
        guard let task = rows.first.map(StoredTask.init), try task.task().isMade(from: wanted.draft) else {
            throw StoreError.idTaken
        }
        return task
    }

    /// What `setDone` was asked for.
    struct Completion: Sendable {
        let done: Bool
        let user: UUID
        let reference: TaskReference
        let version: Int?
        let requestID: String?
        let event: EventHead

        /// The task, where it is known without looking it up.
        var id: UUID? { if case .id(let id) = reference { id } else { nil } }
    }

    /// Completes or reopens a task, with its event. Nil where there is nothing to change: the caller finds out why.
    func setDone(
        _ done: Bool, user: UUID, _ reference: TaskReference, ifVersion version: Int?, requestID: String?
    ) async throws -> StoredTask? {
        let wanted = Completion(
            done: done, user: user, reference: reference, version: version, requestID: requestID,
            event: EventHead(type: done ? "task.completed" : "task.reopened", user: user))
        if wanted.id != nil { return try await completions(wanted) }
        let task = try await TaskStore.setDone(wanted, waits: true, in: database)
        if task != nil { bell.ring() }
        return task
    }

    /// - Returns: nil where it would have to wait and may not, or where there is nothing to change.
    static func setDone(_ wanted: Completion, waits: Bool, in database: PostgresPool) async throws -> StoredTask? {
        let isVersion: SQL? = wanted.version.map { "AND t.version = \($0)" }
        let rows = try await database.query(
            """
            WITH \(turn(of: wanted.user, waits: waits)), changed AS (
                UPDATE tasks t SET done = \(wanted.done), done_at = CASE WHEN \(wanted.done) THEN turn.now END,
                    updated_at = turn.now, version = version + 1
                FROM turn WHERE \(TaskChange.matches(wanted.reference, user: wanted.user)) AND t.deleted_at IS NULL
                    AND t.done <> \(wanted.done) \(isVersion)
                RETURNING t.*
            ), event AS (\(wanted.event.insert(requestID: wanted.requestID, from: "changed", at: "updated_at")))
            SELECT \(StoredTask.columns) FROM changed t JOIN lists l ON l.id = t.list_id
            """)
        return rows.first.map(StoredTask.init)
    }

    /// The user's lock and the time after it, before anything is written (see ``Outbox/lock(user:)``). No row where
    /// somebody else has the lock and this doesn't wait.
    private static func turn(of user: UUID, waits: Bool) -> SQL {
        waits
            ? "turn AS MATERIALIZED (SELECT clock_timestamp() AS now FROM \(Outbox.lock(user: user)))"
            : "turn AS MATERIALIZED (SELECT clock_timestamp() AS now WHERE \(Outbox.tryLock(user: "\(user)")))"
    }
}

/// An event of which only the statement that writes it knows the time.
struct EventHead: Sendable {
    let id = UUID.v7()
    let type: String
    let user: UUID
    var title: String?

    /// The insert of the event for each row of a part of the statement, which has the task's `id`, and the time as `time`.
    func insert(requestID: String?, from source: SQL, at time: SQL) -> SQL {
        """
        INSERT INTO events (event_id, type, user_id, payload, occurred_at, request_id)
        SELECT \(id), \(type), \(user), \(EventHead.payload("\(json)", task: "id", at: time)), \(time), \(requestID) FROM \(source)
        """
    }

    /// What is known of the JSON before, up to the task's id.
    var json: String {
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
        return String(decoding: json.bytes, as: UTF8.self)
    }

    /// The whole JSON: what is known before, then what the row adds.
    static func payload(_ head: SQL, task: SQL, at time: SQL) -> SQL {
        """
        (\(head) || \(task) || '","occurred_at":"'
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
