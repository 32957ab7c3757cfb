import Synchronization
import TestSupport
import Testing
import TodoClient
import TodoCore

@Suite struct PageTests {
    private struct Enough: Error {}

    private static func page(_ number: Int, of last: Int, _ body: String) -> ScriptedAnswer {
        let link = number < last ? ["Link": "</api/v1/tasks?cursor=\(number)>; rel=\"next\""] : [:]
        return .response(200, link.merging(["X-Total-Count": "\(last)"]) { old, _ in old }, body)
    }

    private static func body(_ number: Int) -> String {
        var task = sampleTask
        task.number = number
        return json([task])
    }

    @Test func everyFilterIsInTheQuery() async throws {
        let test = try TestClient { _, _ in .response(200, [:], "[]") }
        defer { test.server.stop() }
        var filter = TaskFilter()
        (filter.priority, filter.deleted, filter.pageSize) = (0, true, 7)
        (filter.dueAfter, filter.sort) = (LocalDate("2026-11-01"), TaskSort("-due"))
        _ = try await test.client.page(filter)
        #expect(test.lines == ["GET /api/v1/tasks?priority=0&due_after=2026-11-01&deleted=true&sort=-due&limit=7"])
    }

    @Test(.timeLimit(.minutes(1))) func theNextPageIsAskedForWhileThisOneIsUsed() async throws {
        let (asked, asking) = AsyncStream<Int>.makeStream()
        let test = try TestClient { _, number in
            asking.yield(number)
            return Self.page(number, of: 3, Self.body(number))
        }
        defer { test.server.stop() }
        var numbers: [Int] = []
        try await test.client.pages { page in
            numbers += page.tasks.map(\.number)
            #expect(page.total == 3 && (page.next == nil) == (numbers.count == 3))
            // Would wait for ever if the next page were asked for only afterwards.
            for await number in asked where number == min(numbers.count + 1, 3) { break }
            if numbers.count == 2 { asking.finish() }
        }
        #expect(numbers == [1, 2, 3] && test.lines.count == 3)
    }

    @Test func rawPagesAreHandedOnAsTheyCame() async throws {
        let bodies = ["[ 1,\n{\"any\": [null]} ]", "[]", " [\"\\u00e4\"]\n"]
        let test = try TestClient { _, number in Self.page(number, of: 3, bodies[number - 1]) }
        defer { test.server.stop() }
        var pages: [String] = []
        try await test.client.rawPages { pages.append(String(decoding: $0, as: UTF8.self)) }
        #expect(pages == bodies)
    }

    @Test(arguments: ["{}", "[1", "[1,]", "null", "", "[] []", "<html>"]) func whatIsNoArrayIsNoPage(body: String) async throws {
        let test = try TestClient { _, number in Self.page(number, of: 2, number == 1 ? "[]" : body) }
        defer { test.server.stop() }
        var pages = 0
        await expectClientError {
            if case .unexpectedAnswer = $0 { true } else { false }
        } from: {
            try await test.client.rawPages { _ in pages += 1 }
        }
        #expect(pages == 1)
        let bad = try TestClient { _, _ in Self.page(1, of: 1, body) }
        defer { bad.server.stop() }
        await expectClientError {
            if case .unexpectedAnswer = $0 { true } else { false }
        } from: {
            try await bad.client.pages { _ in Issue.record("a page") }
        }
    }

    @Test func whoHasEnoughGetsNoMore() async throws {
        let test = try TestClient { _, number in Self.page(number, of: 100, Self.body(number)) }
        defer { test.server.stop() }
        await #expect(throws: Enough.self) { try await test.client.rawPages { _ in throw Enough() } }
        await #expect(throws: Enough.self) { try await test.client.pages { _ in throw Enough() } }
        #expect(test.lines.count <= 4)
    }

    @Test func circlesEnd() async throws {
        let test = try TestClient { _, number in
            .response(200, ["Link": "</tasks?cursor=\(number % 3)>; rel=\"next\""], "[]")
        }
        defer { test.server.stop() }
        var pages = 0
        await expectClientError {
            if case .unexpectedAnswer(_, let reason) = $0 { reason.contains("circle") } else { false }
        } from: {
            try await test.client.rawPages { _ in pages += 1 }
        }
        #expect(pages == 3)
    }

    @Test func anErrorOnALaterPageIsTold() async throws {
        let test = try TestClient { _, number in number < 3 ? Self.page(number, of: 9, "[]") : problem(401, "expired") }
        defer { test.server.stop() }
        var pages = 0
        await expectClientError {
            if case .unauthorized = $0 { true } else { false }
        } from: {
            try await test.client.pages { _ in pages += 1 }
        }
        #expect(pages == 2)
    }
}
