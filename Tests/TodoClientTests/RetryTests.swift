import Curl
import TestSupport
import Testing
import TodoClient
import TodoCore

@Suite struct RetryTests {
    /// What a call does, and whether doing it twice is as good as once.
    enum Call: CaseIterable {
        case list, show, create, update, guardedUpdate, delete, restore, register, login

        var isRepeatable: Bool {
            switch self {
            case .list, .show, .create, .update: true
            case .guardedUpdate, .delete, .restore, .register, .login: false
            }
        }

        func make(_ client: TodoClient) async throws {
            let one = TaskReference.number(list: nil, number: 1)
            switch self {
            case .list: _ = try await client.tasks()
            case .show: _ = try await client.task(one)
            case .create: _ = try await client.create(TaskDraft(title: "x"))
            case .update: _ = try await client.update(one, TaskPatch(done: true))
            case .guardedUpdate: _ = try await client.update(one, TaskPatch(done: true), ifMatch: 1)
            case .delete: try await client.delete(one)
            case .restore: _ = try await client.restore(one)
            case .register: _ = try await client.register(email: "a@x.org", password: "12345678")
            case .login: _ = try await client.login(email: "a@x.org", password: "12345678")
            }
        }
    }

    @Test(arguments: Call.allCases) func brokenConnectionsAreRetriedOnlyWhereItIsSafe(call: Call) async throws {
        let test = try TestClient { _, _ in .reset }
        defer { test.server.stop() }
        await expectClientError {
            if case .interrupted = $0 { true } else { false }
        } from: {
            try await call.make(test.client)
        }
        #expect(test.lines.count == (call.isRepeatable ? 4 : 1))
    }

    @Test(arguments: Call.allCases) func unavailableServersAreRetriedOnlyWhereItIsSafe(call: Call) async throws {
        let test = try TestClient { _, _ in problem(503, "later", ["Retry-After": "1"]) }
        defer { test.server.stop() }
        await expectClientError {
            if case .server = $0 { true } else { false }
        } from: {
            try await call.make(test.client)
        }
        #expect(test.lines.count == (call.isRepeatable ? 4 : 1))
        let waits: [Duration] = [.milliseconds(1200), .milliseconds(1400), .milliseconds(1800)]
        #expect(test.waits.all == (call.isRepeatable ? waits : []))
    }

    @Test func aServerThatComesBackIsNotNoticed() async throws {
        let test = try TestClient { _, number in number == 1 ? problem(503, "later") : .response(200, [:], json(sampleTask)) }
        defer { test.server.stop() }
        #expect(try await test.client.task(.number(list: nil, number: 1)) == sampleTask)
    }

    @Test func tooLongAWaitIsLeftToTheUser() async throws {
        let test = try TestClient { _, _ in problem(503, "later", ["Retry-After": "3600"]) }
        defer { test.server.stop() }
        await expectClientError {
            if case .server = $0 { true } else { false }
        } from: {
            try await test.client.tasks()
        }
        #expect(test.lines.count == 1)
    }

    @Test func aCancelledWaitEnds() async throws {
        let test = try TestClient { _, _ in problem(503, "later") }
        defer { test.server.stop() }
        let client = try TodoClient(
            configuration: test.client.configuration, retries: RetryPolicy(wait: { _ in throw CancellationError() }))
        await expectClientError {
            if case .cancelled = $0 { true } else { false }
        } from: {
            try await client.tasks()
        }
    }
}
