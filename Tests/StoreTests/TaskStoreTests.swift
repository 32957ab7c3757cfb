import FoundationEssentials
import Postgres
import Store
import Testing
import TodoCore

struct TaskStoreTests {
    @Test func aTaskAndItsEventAreWrittenByOneTransaction() async throws {
        let store = try await StoreFixture.make()
        let (task, isNew) = try await store.tasks.create(user: store.user.id, TaskDraft(title: "Buy milk"), requestID: "r1")
        #expect(isNew)
        #expect(task.reference == "1")
        let rows = try await store.pool.query(
            """
            SELECT t.xmin::text::bigint = (e.xid::text::bigint & 4294967295), e.request_id FROM tasks t, events e
            WHERE t.id = \(task.id) AND e.type = 'task.created'
            """)
        let (isSame, requestID) = try #require(try rows.first?.decode(Bool.self, String?.self))
        #expect(isSame)
        #expect(requestID == "r1")
        #expect(try await store.events().map(\.type) == ["user.registered", "task.created"])
        #expect(try await store.tasks.task(user: store.user.id, .id(task.id)) == task)
    }

    @Test func everyFieldIsKept() async throws {
        let store = try await StoreFixture.make()
        _ = try await store.lists.create(user: store.user.id, key: #require(ListKey("WEB")), name: "Website")
        let draft = TaskDraft(
            title: "日本語 🎉 \"'; DROP TABLE tasks;--", list: "WEB", notes: "a\n\tb", dueOn: LocalDate("2026-12-24"), priority: 3,
            tags: ["x", "größe"])
        let (task, _) = try await store.tasks.create(user: store.user.id, draft, requestID: nil)
        #expect(task.reference == "WEB-1")
        let read = try await store.tasks.task(user: store.user.id, .number(list: "WEB", number: 1))
        #expect(read == task)
        #expect(read.dueOn == LocalDate("2026-12-24"))
        #expect(read.tags == ["x", "größe"])
    }

    @Test func theSameRequestAgainGivesTheSameTask() async throws {
        let store = try await StoreFixture.make()
        let draft = TaskDraft(title: "Once", id: UUID.v7())
        let first = try await store.tasks.create(user: store.user.id, draft, requestID: nil)
        let second = try await store.tasks.create(user: store.user.id, draft, requestID: nil)
        #expect(second.task == first.task)
        #expect(!second.isNew)
        #expect(try await store.events().filter { $0.type == "task.created" }.count == 1)
        var other = draft
        other.title = "Another"
        await #expect(throws: StoreError.self) { try await store.tasks.create(user: store.user.id, other, requestID: nil) }
        let stranger = try await store.users.create(email: "you@example.org", passwordHash: "x", requestID: nil)
        await #expect(throws: StoreError.self) { try await store.tasks.create(user: stranger.id, draft, requestID: nil) }
        // A refused number is not used up.
        #expect(try await store.tasks.create(user: store.user.id, TaskDraft(title: "Next"), requestID: nil).task.number == 2)
    }

    @Test func numbersAreGivenOnceUnderConcurrentCreates() async throws {
        let store = try await StoreFixture.make()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<60 {
                group.addTask {
                    _ = try await store.tasks.create(user: store.user.id, TaskDraft(title: "t\(index)"), requestID: nil)
                }
            }
            try await group.waitForAll()
        }
        let page = try await store.tasks.page(user: store.user.id, filter: TaskFilter())
        #expect(Set(page.tasks.map(\.number)) == Set(1...60))
    }

    @Test func completingReopeningAndEditingHaveTheirEvents() async throws {
        let store = try await StoreFixture.make()
        let user = store.user.id
        let (task, _) = try await store.tasks.create(user: user, TaskDraft(title: "a"), requestID: nil)
        func update(_ patch: TaskPatch, version: Int? = nil) async throws -> TodoTask {
            try await store.tasks.update(user: user, .id(task.id), patch, ifVersion: version, requestID: nil)
        }
        let done = try await update(TaskPatch(done: true))
        #expect(done.done)
        #expect(done.doneAt != nil)
        #expect(done.version == 2)
        // Nothing changes, so nothing is written.
        #expect(try await update(TaskPatch(done: true)) == done)
        let edited = try await update(TaskPatch(title: "b", done: false, dueOn: .some(LocalDate("2026-12-01"))), version: 2)
        #expect(edited.doneAt == nil)
        #expect(try await store.tasks.task(user: user, .number(list: nil, number: 1)) == edited)
        await #expect { try await update(TaskPatch(title: "c"), version: 2) } throws: {
            if case StoreError.versionMismatch(let current) = $0 { current == edited } else { false }
        }
        let kinds = try await store.events().dropFirst(2).map(\.kind)
        #expect(
            kinds == [
                .taskCompleted(task: task.id),
                .taskUpdated(
                    task: task.id,
                    changes: ["title": .init(from: "a", to: "b"), "due_on": .init(from: .null, to: "2026-12-01")]),
                .taskReopened(task: task.id),
            ])
    }

    @Test func aDeletedTaskComesBack() async throws {
        let store = try await StoreFixture.make()
        let user = store.user.id
        let (task, _) = try await store.tasks.create(user: user, TaskDraft(title: "a"), requestID: nil)
        try await store.tasks.delete(user: user, .id(task.id), ifVersion: nil, requestID: nil)
        await #expect(throws: StoreError.self) { try await store.tasks.task(user: user, .id(task.id)) }
        await #expect(throws: StoreError.self) {
            try await store.tasks.delete(user: user, .id(task.id), ifVersion: nil, requestID: nil)
        }
        var filter = TaskFilter()
        filter.deleted = true
        #expect(try await store.tasks.page(user: user, filter: filter).tasks.map(\.id) == [task.id])
        let restored = try await store.tasks.restore(user: user, .id(task.id), requestID: nil)
        #expect(restored.deletedAt == nil)
        #expect(restored.version == 3)
        #expect(try await store.tasks.task(user: user, .id(task.id)) == restored)
        #expect(try await store.events().suffix(2).map(\.type) == ["task.deleted", "task.restored"])
    }

    @Test func movingGivesANewNumber() async throws {
        let store = try await StoreFixture.make()
        let user = store.user.id
        _ = try await store.lists.create(user: user, key: #require(ListKey("WEB")), name: "Website")
        let (task, _) = try await store.tasks.create(user: user, TaskDraft(title: "a"), requestID: nil)
        let moved = try await store.tasks.update(
            user: user, .id(task.id), TaskPatch(list: .some("WEB")), ifVersion: nil, requestID: nil)
        #expect(moved.reference == "WEB-1")
        #expect(try await store.tasks.task(user: user, .number(list: "WEB", number: 1)) == moved)
        #expect(try await store.tasks.create(user: user, TaskDraft(title: "b"), requestID: nil).task.reference == "2")
        await #expect(throws: StoreError.self) {
            try await store.tasks.update(user: user, .id(task.id), TaskPatch(list: .some("NO")), ifVersion: nil, requestID: nil)
        }
    }

    @Test func pagesShowEveryTaskOnceWhileOthersAreAdded() async throws {
        let store = try await StoreFixture.make()
        let user = store.user.id
        for index in 0..<25 { _ = try await store.tasks.create(user: user, TaskDraft(title: "t\(index)"), requestID: nil) }
        var filter = TaskFilter()
        filter.limit = 10
        var seen: [Int] = []
        repeat {
            let page = try await store.tasks.page(user: user, filter: filter)
            #expect(page.total >= 25)
            seen += page.tasks.map(\.number)
            filter.after = page.next
            _ = try await store.tasks.create(user: user, TaskDraft(title: "meanwhile"), requestID: nil)
        } while filter.after != nil
        #expect(seen == (1...25).reversed())
    }

    @Test func filtersNarrow() async throws {
        let store = try await StoreFixture.make()
        let user = store.user.id
        _ = try await store.lists.create(user: user, key: #require(ListKey("WEB")), name: "Website")
        let drafts = [
            TaskDraft(title: "milk 100%", dueOn: LocalDate("2026-12-01"), priority: 1, tags: ["shop", "food"]),
            TaskDraft(title: "bread", notes: "with MILK", tags: ["shop"]),
            TaskDraft(title: "deploy", list: "WEB", dueOn: LocalDate("2026-12-05")),
        ]
        for draft in drafts { _ = try await store.tasks.create(user: user, draft, requestID: nil) }
        _ = try await store.tasks.update(
            user: user, .number(list: nil, number: 2), TaskPatch(done: true), ifVersion: nil, requestID: nil)
        func titles(_ change: (inout TaskFilter) -> Void) async throws -> Set<String> {
            var filter = TaskFilter()
            change(&filter)
            let page = try await store.tasks.page(user: user, filter: filter)
            #expect(page.total == page.tasks.count)
            return Set(page.tasks.map(\.title))
        }
        #expect(try await titles { $0.done = true } == ["bread"])
        #expect(try await titles { $0.list = .inbox } == ["milk 100%", "bread"])
        #expect(try await titles { $0.list = .key("WEB") } == ["deploy"])
        #expect(try await titles { $0.tags = ["shop", "food"] } == ["milk 100%"])
        #expect(try await titles { $0.priority = 1 } == ["milk 100%"])
        #expect(try await titles { $0.text = "milk" } == ["milk 100%", "bread"])
        #expect(try await titles { $0.text = "100%" } == ["milk 100%"])
        #expect(try await titles { $0.text = "_" } == [])
        #expect(try await titles { $0.dueBefore = LocalDate("2026-12-05") } == ["milk 100%"])
        #expect(try await titles { $0.dueAfter = LocalDate("2026-12-01") } == ["deploy"])
    }
}
