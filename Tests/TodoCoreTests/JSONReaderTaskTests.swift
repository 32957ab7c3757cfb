import FoundationEssentials
import Testing
import TodoCore

/// Tasks read by the quick reader and by JSONDecoder.
@Suite struct JSONReaderTaskTests {
    private let task = """
        {"id":"0198a5b2-7c1e-7000-8000-0000000000ff","reference":"WEB-3","list":"WEB","number":3,"title":"x","done":false,\
        "notes":"","due_on":"2026-12-24","priority":2,"tags":["a","b"],"version":4,"created_at":"2026-11-22T00:00:00.000000Z",\
        "updated_at":"2026-11-22T00:00:00Z","done_at":null,"deleted_at":null}
        """

    @Test func randomTasksAreTheSame() throws {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<300 {
            let tasks = (0..<Int.random(in: 0...3, using: &random)).map { _ in TodoTask.random(using: &random) }
            let written = try Wire.encode(tasks)
            #expect(try TodoTask.array(json: written) == tasks)
            // The same in another order, with white space, escapes and fields that nobody knows.
            var value = try JSONValue(json: written)
            if case .array(let elements) = value {
                value = .array(
                    elements.map { element in
                        guard case .object(var fields) = element else { return element }
                        fields["added"] = .random(using: &random)
                        return .object(fields)
                    })
            }
            let text = Array(value.written(using: &random).utf8)
            #expect(try TodoTask.array(json: text) == Wire.decode([TodoTask].self, from: text))
            for task in tasks { #expect(try TodoTask(json: Wire.encode(task)) == task) }
        }
    }

    @Test func absentAndNullAreTheSameAndOfTwoTheLastCounts() throws {
        let whole = try TodoTask(json: Array(task.utf8))
        #expect(whole.dueOn?.description == "2026-12-24" && whole.tags == ["a", "b"] && whole.reference == "WEB-3")
        let short = task.replacing(#","done_at":null,"deleted_at":null"#, with: "")
        #expect(try TodoTask(json: Array(short.utf8)) == whole)
        let twice = task.replacing(#""title":"x""#, with: #""title":"old","title":"x""#)
        #expect(try TodoTask(json: Array(twice.utf8)) == whole)
    }

    @Test(arguments: [
        ("id", "1"), ("id", "\"x\""), ("id", "null"), ("reference", "3"), ("list", "3"), ("number", "\"3\""), ("number", "3.5"),
        ("number", "null"), ("title", "null"), ("title", "[]"), ("done", "0"), ("done", "\"true\""), ("notes", "null"),
        ("due_on", "\"2026-02-30\""), ("due_on", "20261224"), ("priority", "1e99"), ("tags", "null"), ("tags", "[1]"),
        ("tags", "\"a\""), ("tags", "{}"), ("version", "true"), ("created_at", "\"now\""), ("updated_at", "0"),
        ("done_at", "false"),
        ("deleted_at", "\"\""),
    ])
    func whatIsNoTaskIsRefusedByBoth(field: String, value: String) throws {
        guard case .object(var fields) = try JSONValue(json: Array(task.utf8)) else { return }
        fields[field] = try JSONValue(json: Array(value.utf8))
        let text = try Wire.encode(JSONValue.object(fields))
        #expect(throws: (any Error).self) { try Wire.decode(TodoTask.self, from: text) }
        #expect(throws: JSONReader.Fault.self) { try TodoTask(json: text) }
    }

    @Test func everyMissingFieldIsNamed() throws {
        guard case .object(let fields) = try JSONValue(json: Array(task.utf8)) else { return }
        for name in fields.keys.sorted() {
            var others = fields
            others[name] = nil
            let text = try Wire.encode(JSONValue.object(others))
            let isOptional = ["list", "due_on", "done_at", "deleted_at"].contains(name)
            #expect(((try? Wire.decode(TodoTask.self, from: text)) != nil) == isOptional)
            do {
                _ = try TodoTask(json: text)
                #expect(isOptional, "\(name)")
            } catch {
                #expect(error.reason == .missing(name))
            }
        }
    }
}

extension TodoTask {
    static func random(using random: inout SeededGenerator) -> TodoTask {
        func maybe<Value>(_ value: Value) -> Value? { Bool.random(using: &random) ? value : nil }
        func instant() -> Date {
            // 1900 to 2100: there every microsecond comes back from the text that stands for it.
            let microseconds = Int64.random(in: -2_208_988_800_000_000...4_102_444_800_000_000, using: &random)
            return Timestamp.date(Timestamp.text(microsecondsSince1970: microseconds)) ?? Date(timeIntervalSince1970: 0)
        }
        return TodoTask(
            id: .v7(at: Date(timeIntervalSince1970: 1e9), using: &random),
            list: ["WEB", "A1", nil].randomElement(using: &random) ?? nil, number: .random(in: 1...99_999, using: &random),
            title: .random(using: &random), done: .random(using: &random), notes: .random(using: &random),
            dueOn: LocalDate(daysSince1970: .random(in: -700_000...2_900_000, using: &random)),
            priority: .random(in: 0...3, using: &random),
            tags: (0..<Int.random(in: 0...3, using: &random)).map { _ in .random(using: &random) },
            version: .random(in: 1...Int.max, using: &random), createdAt: instant(), updatedAt: instant(),
            doneAt: maybe(instant()), deletedAt: maybe(instant()))
    }
}
