import FoundationEssentials
import Testing
import TodoCore

struct TaskCommandTests {
    private let event = "0198a5b2-7c1e-7000-8000-0000000000aa"
    private let user = "0198a5b2-7c1e-7000-8000-0000000000bb"
    private let task = "0198a5b2-7c1e-7000-8000-0000000000cc"

    /// The JSON of a command with other or more fields; `null` takes none out.
    private func json(_ changes: [String: JSONValue] = [:], without: String? = nil) throws -> [UInt8] {
        var fields: [String: JSONValue] = [
            "event_id": .string(event), "type": "task.creation.requested", "occurred_at": "2026-11-22T00:00:00Z",
            "user_id": .string(user), "task_id": .string(task), "title": "Buy milk",
        ].merging(changes) { _, new in new }
        if let without { fields[without] = nil }
        return try Wire.encode(JSONValue.object(fields))
    }

    private func fault(_ bytes: [UInt8]) -> String? {
        do {
            _ = try Wire.decode(TaskCommand.self, from: bytes)
            return nil
        } catch {
            return Wire.fault(error)
        }
    }

    @Test func everyFieldIsOnTheWireAndComesBack() throws {
        let id = try #require(UUID(uuidString: task))
        let command = TaskCommand(
            id: try #require(UUID(uuidString: event)), occurredAt: Date(timeIntervalSince1970: 1_795_305_600),
            user: try #require(UUID(uuidString: user)),
            draft: TaskDraft(
                title: "Ü 🎉", id: id, list: "WEB", notes: "a\nb", dueOn: LocalDate("2026-12-24"), priority: 2, tags: ["x"]))
        #expect(command.taskID == id)
        let bytes = try Wire.encode(command)
        #expect(
            try Wire.decode(JSONValue.self, from: bytes)
                == .object([
                    "event_id": .string(event), "type": "task.creation.requested",
                    "occurred_at": "2026-11-22T00:00:00.000000Z", "user_id": .string(user), "task_id": .string(task),
                    "title": "Ü 🎉", "list": "WEB", "notes": "a\nb", "due_on": "2026-12-24", "priority": 2,
                    "tags": .array(["x"]),
                ]))
        #expect(try Wire.decode(TaskCommand.self, from: bytes) == command)
    }

    @Test func whatTheDraftLacksIsNotOnTheWireAndTheTaskGetsAnID() throws {
        let command = TaskCommand(user: .v7(), draft: TaskDraft(title: "x"))
        #expect(command.draft.id == command.taskID)
        guard case .object(let fields) = try Wire.decode(JSONValue.self, from: Wire.encode(command)) else {
            Issue.record("not an object")
            return
        }
        #expect(Set(fields.keys) == ["event_id", "type", "occurred_at", "user_id", "task_id", "title"])
        #expect(fields["task_id"] == .string(command.taskID.lowercase))
    }

    @Test func readingIsAsTolerantAsTheAPI() throws {
        let command = try Wire.decode(
            TaskCommand.self,
            from: json([
                "title": "  Buy milk ", "list": "inbox", "notes": .null, "tags": .array(["a", "a"]), "later": .object(["x": 1]),
            ]))
        #expect(command.draft == TaskDraft(title: "Buy milk", id: UUID(uuidString: task), tags: ["a"]))
        #expect(try Wire.decode(TaskCommand.self, from: json(["list": "web"])).draft.list == "WEB")
    }

    @Test(
        arguments: [
            ("title", "", "the field title: must not be empty"),
            ("title", " \t", "the field title: must not be empty"),
            ("title", "a\u{7}", "the field title: must not contain control characters"),
            ("title", .string(String(repeating: "x", count: 501)), "the field title: must have at most 500 characters"),
            ("title", 1, "the field title has the wrong type"),
            ("title", .null, "the field title is missing"),
            ("notes", "a\u{0}", "the field notes: must not contain control characters other than line breaks and tabs"),
            ("notes", .string(String(repeating: "x", count: 20_001)), "the field notes: must have at most 20000 characters"),
            ("list", "not a key", "the field list: must be a key like WEB: a letter, then at most 9 letters or digits"),
            ("due_on", "2026-02-30", "the field due_on is wrong"),
            ("priority", 4, "the field priority: must be 0, 1, 2 or 3"),
            ("priority", "1", "the field priority: must be a whole number"),
            ("priority", true, "the field priority: must be a whole number"),
            ("priority", .number(1.5), "the field priority: must be a whole number"),
            ("tags", "x", "the field tags has the wrong type"),
            ("tags", .array(["a b"]), "the field tags: a tag has only letters, digits, - _ . and /"),
            ("tags", .array((0..<21).map { .string("t\($0)") }), "the field tags: must be at most 20 tags"),
            ("event_id", "x", "the field event_id is wrong"),
            ("task_id", 7, "the field task_id has the wrong type"),
            ("occurred_at", "yesterday", "the field occurred_at is wrong"),
            ("type", "task.deletion.requested", "the field type is wrong"),
        ] as [(String, JSONValue, String)])
    func everyLimitHoldsAgain(_ field: String, _ value: JSONValue, _ expected: String) throws {
        #expect(fault(try json([field: value])) == expected)
    }

    @Test(arguments: ["event_id", "type", "occurred_at", "user_id", "task_id", "title"])
    func eachOfTheseIsNeeded(_ field: String) throws {
        #expect(fault(try json(without: field)) == "the field \(field) is missing")
    }

    @Test func whatIsNoObjectIsSaidSo() {
        #expect(fault(Array("{".utf8)) == "it is not JSON")
        #expect(fault([]) == "it is not JSON")
        #expect(fault([0xFF, 0xFE, 0x00]) == "it is not JSON")
        #expect(fault(Array("[]".utf8)) == "the message has the wrong type")
    }
}
