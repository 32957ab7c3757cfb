import FoundationEssentials
import Testing
import TodoCore

struct WireTests {
    let id = UUID(uuidString: "0198a5b2-7c1e-7000-8000-0000000000ff") ?? UUID()
    let user = UUID(uuidString: "0198a5b2-7c1e-7000-8000-000000000001") ?? UUID()
    let instant = Date(timeIntervalSince1970: 1_795_305_600)

    private func json(_ value: some Encodable) throws -> JSONValue {
        try Wire.decode(JSONValue.self, from: Wire.encode(value))
    }

    @Test func aTaskHasEveryFieldAndKeepsIt() throws {
        let task = TodoTask(
            id: id, list: "WEB", number: 3, title: "\"Ü\" 🎉/", notes: "a\nb", dueOn: LocalDate("2026-12-24"), priority: 2,
            tags: ["x"], version: 4, createdAt: instant, updatedAt: instant)
        guard case .object(let fields) = try json(task) else {
            Issue.record("not an object")
            return
        }
        #expect(
            Set(fields.keys) == [
                "id", "reference", "list", "number", "title", "done", "notes", "due_on", "priority", "tags", "version",
                "created_at", "updated_at", "done_at", "deleted_at",
            ])
        #expect(fields["id"] == "0198a5b2-7c1e-7000-8000-0000000000ff")
        #expect(fields["reference"] == "WEB-3")
        #expect(fields["done_at"] == .null)
        #expect(fields["created_at"] == "2026-11-22T00:00:00.000000Z")
        #expect(try Wire.decode(TodoTask.self, from: Wire.encode(task)) == task)
    }

    @Test func aPatchTellsAbsentFromNull() throws {
        #expect(try json(TaskPatch()) == .object([:]))
        #expect(
            try json(TaskPatch(done: true, list: .some(nil), dueOn: .some(nil)))
                == .object(["done": true, "list": nil, "due_on": nil]))
        let patch = try Wire.decode(TaskPatch.self, from: #"{"due_on": null}"#.utf8)
        #expect(patch.dueOn == .some(nil))
        #expect(patch.list == nil)
    }

    @Test func eventsHaveExactlyTheFieldsOfTheContract() throws {
        func fields(_ kind: DomainEvent.Kind) throws -> Set<String> {
            let event = DomainEvent(id: id, occurredAt: instant, user: user, kind: kind)
            #expect(try Wire.decode(DomainEvent.self, from: Wire.encode(event)) == event)
            guard case .object(let fields) = try json(event) else { return [] }
            return Set(fields.keys)
        }
        let base: Set = ["event_id", "type", "occurred_at", "user_id"]
        #expect(try fields(.taskCreated(task: id, title: "x")) == base.union(["task_id", "title"]))
        for kind in [
            DomainEvent.Kind.taskCompleted(task: id), .taskReopened(task: id), .taskDeleted(task: id), .taskRestored(task: id),
        ] {
            #expect(try fields(kind) == base.union(["task_id"]))
        }
        let change = DomainEvent.Change(from: "a", to: .null)
        #expect(try fields(.taskUpdated(task: id, changes: ["due_on": change])) == base.union(["task_id", "changes"]))
        #expect(try fields(.userRegistered) == base)
        let stats = DomainEvent.DigestStats(total: 3, done: 1, undone: 2)
        #expect(
            try fields(.digestRequested(email: "me@example.org", stats: stats, undoneTitles: ["a", "b"]))
                == base.union(["email", "stats", "undone_titles"]))
    }

    @Test func anUnknownEventIsRead() throws {
        let text = """
            {"event_id": "0198a5b2-7c1e-7000-8000-0000000000ff", "type": "task.sung", "occurred_at": "2026-11-22T00:00:00Z",
             "user_id": "0198a5b2-7c1e-7000-8000-000000000001", "song": 7}
            """
        #expect(try Wire.decode(DomainEvent.self, from: text.utf8).kind == .unknown(type: "task.sung"))
    }

    @Test func idsOfVersionSevenSortByTime() {
        var generator = SystemRandomNumberGenerator()
        let ids = (0..<100).map { UUID.v7(at: Date(timeIntervalSince1970: 1_795_305_600 + Double($0)), using: &generator) }
        #expect(ids.map(\.uuidString) == ids.map(\.uuidString).sorted())
        #expect(Set(ids).count == 100)
        for id in ids {
            #expect(id.uuid.6 >> 4 == 7)
            #expect(id.uuid.8 >> 6 == 0b10)
        }
    }
}
