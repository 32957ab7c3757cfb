import Curl
import TestSupport
import Testing
import TodoClient
import TodoCore

@Suite struct RetryTests {
    /// What a call does, and whether doing it twice is as good as once.
    enum Call: CaseIterable {
        case list, show, create, publish, update, delete, guardedDelete, restore, updateAccount, renameList, deleteList, stats
        case guardedUpdate, moveByNumber, register, login, changePassword, deleteAccount, createList, changeListKey

        var isRepeatable: Bool {
            switch self {
            case .list, .show, .create, .publish, .update, .delete, .guardedDelete, .restore, .updateAccount, .renameList,
                .deleteList, .stats:
                true
            case .guardedUpdate, .moveByNumber, .register, .login, .changePassword, .deleteAccount, .createList,
                .changeListKey:
                false
            }
        }

        func make(_ client: TodoClient) async throws {
            let one = TaskReference.number(list: nil, number: 1)
            switch self {
            case .list: _ = try await client.tasks()
            case .show: _ = try await client.task(one)
            case .create: _ = try await client.create(TaskDraft(title: "x"))
            case .publish: _ = try await client.publish(TaskDraft(title: "x"))
            case .update: _ = try await client.update(one, TaskPatch(done: true))
            case .delete: try await client.delete(one)
            case .guardedDelete: try await client.delete(one, ifMatch: 1)
            case .restore: _ = try await client.restore(one)
            case .updateAccount: _ = try await client.updateAccount(AccountPatch(digestEnabled: false))
            case .renameList: _ = try await client.updateList("WEB", name: "x")
            case .deleteList: try await client.deleteList("WEB")
            case .stats: _ = try await client.stats()
            case .guardedUpdate: _ = try await client.update(one, TaskPatch(done: true), ifMatch: 1)
            case .moveByNumber: _ = try await client.update(one, TaskPatch(list: "WEB"))
            case .register: _ = try await client.register(email: "a@x.org", password: "12345678")
            case .login: _ = try await client.login(email: "a@x.org", password: "12345678")
            case .changePassword: _ = try await client.changePassword(from: "12345678", to: "23456789")
            case .deleteAccount: try await client.deleteAccount()
            case .createList: _ = try await client.createList(key: "WEB", name: "x")
            case .changeListKey: _ = try await client.updateList("WEB", newKey: "NET")
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

    @Test(arguments: [Call.delete, .guardedDelete, .deleteList]) func whatIsGoneAtTheRepeatWasDeleted(call: Call) async throws {
        for first in [ScriptedAnswer.reset, problem(502, "gateway"), problem(503, "later"), problem(504, "gateway")] {
            let test = try TestClient { _, number in number == 1 ? first : problem(404, "There is no such thing.") }
            defer { test.server.stop() }
            try await call.make(test.client)
            #expect(test.lines.count == 2)
        }
    }

    @Test(arguments: [Call.delete, .guardedDelete, .deleteList]) func whatWasNeverThereIsNotFound(call: Call) async throws {
        let test = try TestClient { _, _ in problem(404, "There is no such thing.") }
        defer { test.server.stop() }
        await expectClientError {
            if case .notFound = $0 { true } else { false }
        } from: {
            try await call.make(test.client)
        }
        #expect(test.lines.count == 1)
    }

    @Test func aServerThatHasNotSeenTheDeletionHasNotDoneIt() async throws {
        let sender = RefusingSender(answers: problemResponse(404))
        var configuration = ClientConfiguration()
        configuration.token = "t"
        let client = try TodoClient(configuration: configuration, sender: sender, retries: RetryPolicy(wait: { _ in }))
        await expectClientError {
            if case .notFound = $0 { true } else { false }
        } from: {
            try await client.delete(.number(list: nil, number: 1))
        }
    }

    @Test func anUpdateThatWasChangedMeanwhileIsNotTakenForDone() async throws {
        let test = try TestClient { _, number in number == 1 ? .reset : problem(412, "changed") }
        defer { test.server.stop() }
        await expectClientError {
            if case .preconditionFailed = $0 { true } else { false }
        } from: {
            try await test.client.delete(.number(list: nil, number: 1), ifMatch: 3)
        }
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

/// The first connection is refused; then there is an answer.
private final class RefusingSender: HTTPSending {
    private let counter = Counter()
    private let answer: HTTPResponse

    init(answers answer: HTTPResponse) { self.answer = answer }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        if counter.next() == 1 { throw .unreachable(.refused, reason: "connection refused") }
        return answer
    }
}

private func problemResponse(_ status: Int) -> HTTPResponse {
    HTTPResponse(status: status, body: Array(json(Problem(title: "T", status: status)).utf8))
}
