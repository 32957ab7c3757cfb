import FoundationEssentials
import Postgres
import Store
import Testing
import TodoCore

/// Changes that are asked for at the same time go to the database together, and nobody notices.
struct BatchTests {
    private typealias Answer = Result<(task: TodoTask, isNew: Bool), any Error>

    /// Asks for all of it at once.
    private func create(_ wanted: [(user: UUID, draft: TaskDraft)], in store: StoreFixture) async -> [Answer] {
        await withTaskGroup(of: (Int, Answer).self) { group in
            for (index, wanted) in wanted.enumerated() {
                group.addTask {
                    do {
                        return (
                            index, .success(try await store.tasks.create(user: wanted.user, wanted.draft, requestID: "r\(index)"))
                        )
                    } catch { return (index, .failure(error)) }
                }
            }
            var answers: [Int: Answer] = [:]
            for await (index, answer) in group { answers[index] = answer }
            return wanted.indices.compactMap { answers[$0] }
        }
    }

    private func users(_ count: Int, in store: StoreFixture) async throws -> [UUID] {
        var users = [store.user.id]
        for number in 1..<count {
            let user = try await store.users.create(email: "u\(number)@example.org", passwordHash: "x", requestID: nil)
            users.append(user.id)
        }
        return users
    }

    @Test func everybodyGetsHisOwnTaskAndNumbersHaveNoGaps() async throws {
        let store = try await StoreFixture.make()
        let users = try await users(5, in: store)
        for user in users {
            _ = try await store.lists.create(user: user, key: try #require(ListKey("WEB")), name: "Web")
        }
        let wanted = (0..<400).map { n in
            (
                user: users[n % users.count],
                draft: TaskDraft(
                    title: "task \(n) \"quoted\" \\ 🎉", id: n % 3 == 0 ? UUID.v7() : nil, list: n % 2 == 0 ? nil : "WEB",
                    notes: n % 4 == 0 ? "notes of \(n)" : nil, dueOn: n % 5 == 0 ? LocalDate("2026-12-0\(n % 9 + 1)") : nil,
                    priority: n % 4, tags: n % 7 == 0 ? ["a\"b", "c\\d", "ü,{}", "\(n)"] : nil)
            )
        }
        var numbers: [UUID: [String?: [Int]]] = [:]
        for (answer, wanted) in zip(await create(wanted, in: store), wanted) {
            let (task, isNew) = try answer.get()
            #expect(isNew && task.title == wanted.draft.title && task.list == wanted.draft.list)
            #expect(task.notes == wanted.draft.notes ?? "" && task.dueOn == wanted.draft.dueOn)
            #expect(task.priority == wanted.draft.priority && task.tags == wanted.draft.tags ?? [])
            #expect(wanted.draft.id == nil || wanted.draft.id == task.id)
            #expect(try await store.tasks.task(user: wanted.user, .id(task.id)) == task)
            numbers[wanted.user, default: [:]][task.list, default: []].append(task.number)
        }
        for lists in numbers.values {
            for numbers in lists.values { #expect(numbers.sorted() == Array(1...numbers.count)) }
        }
        // As the relay reads them: each user's in the order of the numbers, each once.
        let rows = try await store.pool.query(
            """
            SELECT e.user_id, l.key, t.number, e.request_id, e.payload->>'title' = t.title, e.occurred_at = t.created_at,
                (e.payload->>'occurred_at')::timestamptz = t.created_at
            FROM events e JOIN tasks t ON t.id = (e.payload->>'task_id')::uuid JOIN lists l ON l.id = t.list_id
            WHERE e.type = 'task.created' ORDER BY e.xid, e.seq
            """)
        var last: [UUID: [String?: Int]] = [:]
        var requests: Set<String> = []
        for row in rows {
            let (user, list, number, request, sameTitle, sameTime, sameWrittenTime) = try row.decode(
                UUID.self, String?.self, Int.self, String.self, Bool.self, Bool.self, Bool.self)
            #expect(number == last[user, default: [:]][list, default: 0] + 1 && sameTitle && sameTime && sameWrittenTime)
            last[user, default: [:]][list] = number
            requests.insert(request)
        }
        #expect(rows.count == wanted.count && requests.count == wanted.count)
        // Written together: far fewer transactions than tasks.
        let transactions = try await store.pool.query("SELECT count(DISTINCT xid) FROM events WHERE type = 'task.created'")
        #expect(try transactions.first?.decode(Int.self) ?? .max < wanted.count / 2)
    }

    @Test func whatIsWrongWithOneHurtsNoOther() async throws {
        let store = try await StoreFixture.make()
        let users = try await users(3, in: store)
        let (twice, taken) = (UUID.v7(), UUID.v7())
        var wanted = (0..<60).map { (user: users[$0 % 3], draft: TaskDraft(title: "good \($0)")) }
        wanted.insert((users[0], TaskDraft(title: "same", id: twice)), at: 10)
        wanted.insert((users[0], TaskDraft(title: "same", id: twice)), at: 12)
        wanted.insert((users[1], TaskDraft(title: "mine", id: taken)), at: 20)
        wanted.insert((users[2], TaskDraft(title: "yours", id: taken)), at: 22)
        wanted.insert((users[1], TaskDraft(title: "nowhere", list: "NONE")), at: 30)
        wanted.insert((UUID.v7(), TaskDraft(title: "nobody's")), at: 40)
        let answers = await create(wanted, in: store)
        var outcomes: [String: [String]] = [:]
        for (answer, wanted) in zip(answers, wanted) {
            let outcome: String
            switch answer {
            case .success(let made): outcome = made.isNew ? "new" : "there"
            case .failure(let error): outcome = "\(error)"
            }
            outcomes[wanted.draft.title.hasPrefix("good") ? "good" : wanted.draft.title, default: []].append(outcome)
        }
        #expect(outcomes["good"] == Array(repeating: "new", count: 60))
        #expect(outcomes["same"]?.sorted() == ["new", "there"])
        #expect([outcomes["mine"] ?? [], outcomes["yours"] ?? []].flatMap(\.self).sorted() == ["idTaken", "new"])
        #expect(outcomes["nowhere"] == ["noListForTask(key: \"NONE\")"])
        #expect(outcomes["nobody's"] == ["noSuchUser"])
        let counts = try await store.pool.query(
            "SELECT (SELECT count(*) FROM tasks), (SELECT count(*) FROM events WHERE type = 'task.created')")
        #expect(try #require(counts.first).decode(Int.self, Int.self) == (62, 62))
    }

    @Test func completingTogetherIsCompletingEach() async throws {
        let store = try await StoreFixture.make()
        let users = try await users(3, in: store)
        var tasks: [(user: UUID, task: TodoTask)] = []
        for (index, answer) in await create(
            (0..<90).map { (user: users[$0 % 3], draft: TaskDraft(title: "\($0)")) }, in: store
        ).enumerated() {
            tasks.append((users[index % 3], try answer.get().task))
        }
        let outcomes = await withTaskGroup(of: String.self) { group in
            for (index, (user, task)) in tasks.enumerated() {
                // Twice; of every ninth with a wrong version as well, and as a stranger.
                var asked: [(UUID, Int?)] = [(user, nil), (user, nil)]
                if index % 9 == 0 { asked += [(user, 7), (users[(index + 1) % 3], nil)] }
                for (user, version) in asked {
                    group.addTask {
                        do {
                            let done = try await store.tasks.update(
                                user: user, .id(task.id), TaskPatch(done: true), ifVersion: version, requestID: nil)
                            return "\(done.done) \(done.version) \(done.doneAt == done.updatedAt)"
                        } catch StoreError.versionMismatch {
                            return "mismatch"
                        } catch StoreError.noSuchTask {
                            return "none"
                        } catch { return "\(error)" }
                    }
                }
            }
            return await group.reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
        }
        #expect(outcomes == ["true 2 true": 180, "mismatch": 10, "none": 10])
        let events = try await store.pool.query(
            "SELECT count(*), count(DISTINCT payload->>'task_id') FROM events WHERE type = 'task.completed'")
        #expect(try #require(events.first).decode(Int.self, Int.self) == (90, 90))
    }

    @Test func aUserWhoIsLockedKeepsOnlyHimselfWaiting() async throws {
        let store = try await StoreFixture.make()
        let users = try await users(4, in: store)
        let locked = users[0]
        let (isLocked, locks) = AsyncStream.makeStream(of: Void.self)
        let (release, unlock) = AsyncStream.makeStream(of: Void.self)
        async let holder: Void = {
            let connection = try await PostgresConnection.connect(try PostgresConfiguration(store.url), logger: quiet)
            try await connection.query("BEGIN")
            try await connection.query("SELECT \(Outbox.lock(user: locked))")
            locks.finish()
            for await _ in release {}
            try await connection.query("COMMIT")
            await connection.close()
        }()
        for await _ in isLocked {}
        async let waiting = create((0..<3).map { (user: locked, draft: TaskDraft(title: "\($0)")) }, in: store)
        // The pool has four connections: three wait, and the others share the last.
        let others = await create((0..<60).map { (user: users[1 + $0 % 3], draft: TaskDraft(title: "\($0)")) }, in: store)
        #expect(others.allSatisfy { (try? $0.get().isNew) == true })
        unlock.finish()
        #expect(await waiting.allSatisfy { (try? $0.get().isNew) == true })
        try await holder
    }
}
