import Curl
import FoundationEssentials
import TestSupport
import Testing
import TodoClient
import TodoCore

@Suite struct RequestTests {
    @Test func allPagesAreFollowedOverOneConnectionAndTheLoginStaysWithOurServer() async throws {
        let test = try TestClient { request, number in
            var task = sampleTask
            task.number = number
            let links = [
                "<http://evil.example/api/v1/tasks?cursor=a%2C1&limit=2>; rel=\"next\"",
                "</tasks?first>; rel=\"first\", </tasks?cursor=b>; title=\"x\"; rel=next", "</tasks?cursor=c>; rel=\"prev\"",
            ]
            return .response(200, ["Link": links[number - 1], "X-Total-Count": "3"], json([task]))
        }
        defer { test.server.stop() }
        var filter = TaskFilter()
        filter.done = false
        filter.tags = ["a b", "ü"]
        filter.text = "x&y=z"
        filter.list = "WEB"
        filter.dueBefore = LocalDate(year: 2026, month: 11, day: 22)
        let tasks = try await test.client.tasks(filter)
        #expect(tasks.map(\.number) == [1, 2, 3])
        #expect(test.server.connectionCount == 1)
        #expect(
            test.lines == [
                "GET /api/v1/tasks?done=false&list=WEB&tag=a%20b&tag=%C3%BC&q=x%26y%3Dz&due_before=2026-11-22&limit=1000",
                "GET /api/v1/tasks?cursor=a%2C1&limit=2", "GET /api/v1/tasks?cursor=b",
            ])
        #expect(test.requests.all.allSatisfy { $0.headers["authorization"] == "Bearer secret" })
        #expect(test.requests.all.first?.headers["user-agent"] == "todo/\(Product.version)")
    }

    @Test func pagesThatGoRoundEnd() async throws {
        let test = try TestClient { _, _ in .response(200, ["Link": "</tasks?cursor=a>; rel=\"next\""], "[]") }
        defer { test.server.stop() }
        await expectClientError {
            if case .unexpectedAnswer = $0 { true } else { false }
        } from: {
            try await test.client.tasks()
        }
    }

    @Test func aDraftGetsAnIdAndKeepsItOverRetries() async throws {
        let test = try TestClient { _, number in number < 3 ? .reset : .response(201, [:], json(sampleTask)) }
        defer { test.server.stop() }
        _ = try await test.client.create(TaskDraft(title: "x"))
        let ids = try test.requests.all.map { try Wire.decode(TaskDraft.self, from: $0.body).id }
        #expect(ids.count == 3 && Set(ids).count == 1)
        let id = try #require(ids.first ?? nil)
        #expect(id.uuid.6 >> 4 == 7)
    }

    @Test func everyRequestIsAsTheContractSays() async throws {
        let test = try TestClient { request, _ in
            switch (request.method, request.target) {
            case ("DELETE", _): .response(204)
            case ("GET", "/api/v1/lists"): .response(200, [:], "[]")
            default: .response(200, [:], json(sampleTask))
            }
        }
        defer { test.server.stop() }
        let client = test.client
        _ = try await client.task(.number(list: "WEB", number: 12))
        _ = try await client.update(.id(sampleTask.id), TaskPatch(done: true, dueOn: .some(nil)), ifMatch: 3)
        try await client.delete(.number(list: nil, number: 1), ifMatch: 4)
        _ = try await client.restore(.number(list: nil, number: 1))
        _ = try await client.lists()
        #expect(
            test.lines == [
                "GET /api/v1/tasks/WEB-12", "PATCH /api/v1/tasks/\(sampleTask.id.lowercase)", "DELETE /api/v1/tasks/1",
                "POST /api/v1/tasks/1/restore", "GET /api/v1/lists",
            ])
        #expect(test.requests.all[1].text == #"{"done":true,"due_on":null}"#)
        #expect(test.requests.all[1].headers["if-match"] == "\"3\"")
        #expect(test.requests.all[1].headers["content-type"] == "application/json")
        #expect(test.requests.all[2].headers["if-match"] == "\"4\"")
    }

    @Test func readinessIsToldWellOrNot() async throws {
        let test = try TestClient(token: nil) { _, number in
            number == 1
                ? .response(200, [:], #"{"status":"degraded","dependencies":{"database":"ok","broker":"down"}}"#)
                : .response(503, [:], #"{"status":"unavailable","dependencies":{"database":"gone"}}"#)
        }
        defer { test.server.stop() }
        let first = try await test.client.readiness(), second = try await test.client.readiness()
        #expect(first.isReady && first.dependencies?["broker"] == "down")
        #expect(!second.isReady && second.dependencies?["database"] == "gone")
    }

    @Test func withoutALoginNothingIsSent() async throws {
        let test = try TestClient(token: nil) { _, _ in .response(200, [:], "[]") }
        defer { test.server.stop() }
        await expectClientError {
            if case .unauthorized(_, hadToken: false) = $0 { true } else { false }
        } from: {
            try await test.client.tasks()
        }
        #expect(test.lines.isEmpty)
    }
}

/// Expects the call to fail with an error that `matches`.
func expectClientError(
    _ matches: (ClientError) -> Bool, from call: () async throws -> some Sendable,
    sourceLocation: SourceLocation = #_sourceLocation
) async {
    do {
        let value = try await call()
        Issue.record("no error but \(value)", sourceLocation: sourceLocation)
    } catch {
        guard let error = error as? ClientError else {
            Issue.record(error, sourceLocation: sourceLocation)
            return
        }
        #expect(matches(error), "\(error)", sourceLocation: sourceLocation)
    }
}
