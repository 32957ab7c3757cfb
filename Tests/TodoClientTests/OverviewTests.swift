import FoundationEssentials
import TestSupport
import Testing
import TodoClient
import TodoCore

/// Lists, counts, the digest, and tasks by way of the broker.
@Suite struct OverviewTests {
    private static let list = TodoList(id: UUID(), key: "WEB", name: "Web site", createdAt: Date(timeIntervalSince1970: 0))

    @Test func listsAreMadeChangedAndDeleted() async throws {
        let test = try TestClient { request, _ in
            request.method == "DELETE" ? .response(204) : .response(200, [:], json(Self.list))
        }
        defer { test.server.stop() }
        #expect(try await test.client.createList(key: "web", name: "Web site") == Self.list)
        #expect(try await test.client.updateList("WEB", newKey: "NET", name: nil) == Self.list)
        #expect(try await test.client.updateList("WEB", name: "x") == Self.list)
        try await test.client.deleteList("WEB")
        try await test.client.deleteList("a/b?", movingTasks: true)
        #expect(
            test.lines == [
                "POST /api/v1/lists", "PATCH /api/v1/lists/WEB", "PATCH /api/v1/lists/WEB", "DELETE /api/v1/lists/WEB",
                "DELETE /api/v1/lists/a%2Fb%3F?tasks=move",
            ])
        let bodies = [#"{"key":"web","name":"Web site"}"#, #"{"key":"NET"}"#, #"{"name":"x"}"#, "", ""]
        #expect(test.requests.all.map(\.text) == bodies)
    }

    @Test func statsAndTheDigestInThreeForms() async throws {
        let stats = TaskStats(
            total: 3, done: 1, undone: 2, overdue: 1, dueToday: 0,
            donePerDay: [TaskStats.Day(date: LocalDate(daysSince1970: 20_000)!, done: 1)])
        let test = try TestClient { request, _ in
            switch request.headers["accept"] {
            case "text/plain": .response(200, [:], "plain ü")
            case "text/html": .response(200, [:], "<p>html")
            default: .response(200, [:], json(stats))
            }
        }
        defer { test.server.stop() }
        #expect(try await test.client.stats() == stats)
        #expect(try await test.client.digestText() == "plain ü")
        #expect(try await test.client.digestHTML() == "<p>html")
        #expect(test.lines == ["GET /api/v1/stats", "GET /api/v1/digest", "GET /api/v1/digest"])
    }

    @Test func aRepeatIsToldFromTheFirst() async throws {
        let test = try TestClient { _, number in .response(number == 1 ? 201 : 200, [:], json(sampleTask)) }
        defer { test.server.stop() }
        let first = try await test.client.createReportingRepeat(TaskDraft(title: "x", id: sampleTask.id))
        let second = try await test.client.createReportingRepeat(TaskDraft(title: "x", id: sampleTask.id))
        #expect(first.isNew && !second.isNew && first.task == sampleTask && second.task == sampleTask)
    }

    @Test func aTaskIsAskedForWithItsId() async throws {
        let test = try TestClient { request, _ in
            let id = (try? Wire.decode(TaskDraft.self, from: request.body))?.id?.lowercase ?? ""
            return .response(201, [:], #"{"status":"published","task_id":"\#(id)"}"#)
        }
        defer { test.server.stop() }
        #expect(try await test.client.publish(TaskDraft(title: "x", id: sampleTask.id)) == sampleTask.id)
        let id = try await test.client.publish(TaskDraft(title: "x"))
        #expect(id.uuid.6 >> 4 == 7)
        #expect(test.lines == ["POST /api/v1/task/create_event", "POST /api/v1/task/create_event"])
    }

    @Test func everyOrderHasItsText() {
        #expect(TaskSort.all.count == 12 && Set(TaskSort.all).count == 12)
        for text in TaskSort.all { #expect(TaskSort(text)?.description == text) }
        for text in ["", "-", "Due", "--due", "due ", "doneAt"] { #expect(TaskSort(text) == nil) }
        #expect(TaskSort("-done_at") == TaskSort(.doneAt, isDescending: true))
    }
}
