import FoundationEssentials
import Postgres
import TodoCore

// The changes of TaskStore+OneStatement.swift for many at a time: one statement, one transaction and one flush for all
// who ask together, which costs PostgreSQL a fraction of as many statements. Nobody's request can spoil another's: what
// the statement leaves out, or refuses, is tried by itself.
extension TaskStore {
    static func creations(_ database: PostgresPool, _ bell: OutboxBell) -> Batches<Creation, Created> {
        Batches { wanted in
            if wanted.count == 1 {
                return [await outcome(bell) { try await create(wanted[0], waits: false, in: database) }]
            }
            return await together(wanted, bell) {
                let rows = try await database.query(statement(wanted))
                var made: [UUID: StoredTask] = [:]
                for task in rows.lazy.map(StoredTask.init) { made[try task.id] = task }
                return wanted.map { wanted in made[wanted.id].map { Created(task: $0, isNew: true) } }
            }
        } alone: { wanted in
            let made = await outcome(bell) { try await create(wanted, waits: true, in: database) }
            if let made { return made }
            do {
                try await checkExistence(of: wanted.user, in: database)
                return .failure(StoreError.noListForTask(key: wanted.draft.list ?? "(inbox)"))
            } catch { return .failure(error) }
        }
    }

    /// All of them have the task's id.
    static func completions(_ database: PostgresPool, _ bell: OutboxBell) -> Batches<Completion, StoredTask?> {
        Batches { wanted in
            if wanted.count == 1 {
                return [await outcome(bell) { try await setDone(wanted[0], waits: false, in: database).map { .some($0) } }]
            }
            return await together(wanted, bell) {
                let rows = try await database.query(statement(wanted))
                var changed: [UUID: StoredTask] = [:]
                for task in rows.lazy.map(StoredTask.init) { changed[try task.id] = task }
                return wanted.map { wanted in
                    guard let id = wanted.id, let task = changed[id], task.isDone == wanted.done,
                        wanted.version == nil || wanted.version == task.version - 1
                    else { return nil }
                    // Of two who ask the same of one task, the other finds it done.
                    changed[id] = nil
                    return task
                }
            }
        } alone: { wanted in
            await outcome(bell) { try await setDone(wanted, waits: true, in: database).map { .some($0) } } ?? .success(nil)
        }
    }

    /// Nil where nothing was done.
    private static func outcome<Answer>(
        _ bell: OutboxBell, _ body: () async throws -> Answer?
    ) async -> Result<Answer, any Error>? {
        do {
            guard let done = try await body() else { return nil }
            bell.ring()
            return .success(done)
        } catch { return .failure(error) }
    }

    /// The outcomes of one statement; nil for what it left out.
    private static func together<Wanted, Answer>(
        _ wanted: [Wanted], _ bell: OutboxBell, _ body: () async throws -> [Answer?]
    ) async -> [Result<Answer, any Error>?] {
        do {
            let answers = try await body()
            bell.ring()
            return answers.map { $0.map { .success($0) } }
        } catch let error as PostgresError where error.isOneRequests {
            // Rolled back for all: alone, it meets only its own.
            return wanted.map { _ in nil }
        } catch {
            return wanted.map { _ in .failure(error) }
        }
    }

    /// Users whose lock somebody else has are left out: a batch waits for nobody, and no two batches for each other.
    private static var locked: SQL {
        """
        locked AS MATERIALIZED (
            SELECT user_id FROM (SELECT DISTINCT user_id FROM input) AS each_user WHERE \(Outbox.tryLock(user: "user_id"))
        ), turn AS MATERIALIZED (SELECT clock_timestamp() AS now FROM (SELECT count(*) FROM locked) AS after_the_locks)
        """
    }

    /// Tasks of one list get numbers and times in the order they were asked for.
    private static func statement(_ wanted: [Creation]) -> SQL {
        """
        WITH input AS MATERIALIZED (
            SELECT * FROM unnest(
                \(wanted.map(\.id)), \(wanted.map(\.user)), \(wanted.map(\.draft.list)), \(wanted.map(\.draft.title)),
                \(wanted.map { $0.draft.notes ?? "" }), \(wanted.map(\.draft.dueOn)), \(wanted.map { $0.draft.priority ?? 0 }),
                \(wanted.map { arrayLiteral($0.draft.tags ?? []) }), \(wanted.map(\.event.id)), \(wanted.map(\.event.json)),
                \(wanted.map(\.requestID))
            ) WITH ORDINALITY AS input (
                id, user_id, key, title, notes, due_on, priority, tags, event_id, head, request_id, place)
        ), \(locked), wanted AS (
            SELECT input.*, row_number() OVER (PARTITION BY user_id, key ORDER BY place) - 1 AS step,
                count(*) OVER (PARTITION BY user_id, key) AS steps
            FROM input JOIN locked USING (user_id)
        ), list AS (
            UPDATE lists SET next_number = next_number + steps
            FROM (SELECT DISTINCT user_id, key AS wanted_key, steps FROM wanted) AS wanted, turn
            WHERE owner_id = wanted.user_id AND key IS NOT DISTINCT FROM wanted_key
            RETURNING lists.id, owner_id, key, next_number - steps AS first, now
        ), t AS (
            INSERT INTO tasks (id, user_id, list_id, number, title, notes, due_on, priority, tags, created_at, updated_at)
            SELECT wanted.id, user_id, list.id, first + step, title, notes, due_on, priority, tags::text[],
                now + step * interval '1 microsecond', now + step * interval '1 microsecond'
            FROM wanted JOIN list ON owner_id = user_id AND list.key IS NOT DISTINCT FROM wanted.key
            ORDER BY place RETURNING *
        ), event AS (
            INSERT INTO events (event_id, type, user_id, payload, occurred_at, request_id)
            SELECT event_id, 'task.created', t.user_id, \(EventHead.payload("head", task: "t.id", at: "t.created_at")),
                t.created_at, request_id
            FROM t JOIN input ON input.id = t.id ORDER BY place
        )
        SELECT \(StoredTask.columns) FROM t JOIN list AS l ON l.id = t.list_id
        """
    }

    private static func statement(_ wanted: [Completion]) -> SQL {
        """
        WITH input AS MATERIALIZED (
            SELECT * FROM unnest(
                \(wanted.map(\.id)), \(wanted.map(\.user)), \(wanted.map(\.done)), \(wanted.map(\.version)),
                \(wanted.map(\.event.type)), \(wanted.map(\.event.id)), \(wanted.map(\.event.json)), \(wanted.map(\.requestID))
            ) WITH ORDINALITY AS input (id, user_id, done, version, type, event_id, head, request_id, place)
        ), \(locked), changed AS (
            UPDATE tasks AS t
            SET done = input.done, done_at = CASE WHEN input.done THEN now END, updated_at = now, version = t.version + 1
            FROM input JOIN locked USING (user_id), turn
            WHERE t.id = input.id AND t.user_id = input.user_id AND t.deleted_at IS NULL AND t.done <> input.done
                AND (input.version IS NULL OR t.version = input.version)
            RETURNING t.*, type, event_id, head, request_id, place
        ), event AS (
            INSERT INTO events (event_id, type, user_id, payload, occurred_at, request_id)
            SELECT event_id, type, user_id, \(EventHead.payload("head", task: "id", at: "updated_at")), updated_at, request_id
            FROM changed ORDER BY place
        )
        SELECT \(StoredTask.columns) FROM changed t JOIN lists l ON l.id = t.list_id
        """
    }

    /// Arrays within an array must have one length in PostgreSQL, so they go as text. Source: "Array Input and Output
    /// Syntax" of its manual.
    private static func arrayLiteral(_ values: [String]) -> String {
        let quoted = values.map { value in
            "\"" + value.reduce(into: "") { $0 += $1 == "\\" || $1 == "\"" ? "\\\($1)" : "\($1)" } + "\""
        }
        return "{" + quoted.joined(separator: ",") + "}"
    }
}

extension PostgresError {
    /// Whether one of the requests in a statement may be what the server refused: data (22), constraints (23), a conflict
    /// with another transaction (40).
    fileprivate var isOneRequests: Bool { ["22", "23", "40"].contains(sqlState?.prefix(2) ?? "") }
}
