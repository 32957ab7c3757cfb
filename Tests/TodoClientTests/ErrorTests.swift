import Curl
import TestSupport
import Testing
import TodoClient
import TodoCore

@Suite struct ErrorTests {
    @Test func eachStatusHasItsMeaning() async throws {
        var changed = sampleTask
        changed.version = 7
        let current = json(Problem(title: "Precondition Failed", status: 412, current: changed))
        let cases: [(ScriptedAnswer, (ClientError) -> Bool)] = [
            (problem(400, "bad"), { if case .invalid(let problem) = $0 { problem.detail == "bad" } else { false } }),
            (problem(401, "no"), { if case .unauthorized(_, hadToken: true) = $0 { true } else { false } }),
            (problem(404, "none"), { if case .notFound = $0 { $0.message == "none." } else { false } }),
            (problem(409, "taken"), { if case .conflict = $0 { true } else { false } }),
            (problem(412, "changed"), { if case .preconditionFailed(nil) = $0 { true } else { false } }),
            (.response(412, [:], current), { if case .preconditionFailed(let task?) = $0 { task.version == 7 } else { false } }),
            (problem(422, "wrong"), { if case .invalid = $0 { true } else { false } }),
            (problem(429, "slow", ["Retry-After": "30"]), { if case .rateLimited(.seconds(30)) = $0 { true } else { false } }),
            (problem(500, "oops"), { if case .server(let problem, _) = $0 { problem.requestID == "r1" } else { false } }),
            (.response(500, [:], "<html>"), { if case .server = $0 { true } else { false } }),
            (.response(404, [:], "<html>"), { if case .unexpectedAnswer = $0 { true } else { false } }),
            (.response(302, ["Location": "https://elsewhere/"]), { $0.message.contains("https://elsewhere/") }),
            (.response(200, [:], "<html>"), { if case .unexpectedAnswer = $0 { true } else { false } }),
            (.response(200, [:], #"{"title": "no task"}"#), { if case .unexpectedAnswer = $0 { true } else { false } }),
            (.raw("garbage\r\n"), { if case .unexpectedAnswer = $0 { true } else { false } }),
        ]
        for (answer, matches) in cases {
            let test = try TestClient { _, _ in answer }
            defer { test.server.stop() }
            await expectClientError(matches) { try await test.client.task(.number(list: nil, number: 1)) }
            #expect(test.lines.count == 1 && test.waits.all.isEmpty, "\(answer)")
        }
    }

    @Test func everyErrorHasWordsThatSayWhatToDo() {
        let fault = Problem.Field(loc: ["body", "title"], msg: "must not be empty", type: "string_too_short")
        let cases: [(ClientError, String)] = [
            (
                .unreachable(url: "http://x", reason: "connection refused"),
                "Can't reach the server at http://x: connection refused.\nCheck that it runs, or set the right address in TODO_URL."
            ),
            (.unauthorized(url: "http://x", hadToken: false), "You are not logged in at http://x.\nRun: todo login EMAIL"),
            (
                .unauthorized(url: "http://x", hadToken: true),
                "Your login at http://x has expired or is not valid.\nRun: todo login EMAIL"
            ),
            (.invalid(Problem(title: "T", status: 422, detail: "all", errors: [fault])), "title must not be empty."),
            (.rateLimited(retryAfter: .seconds(30)), "Too many attempts. Try again in 30 s."),
            (
                .server(Problem(title: "Internal Server Error", status: 500, requestID: "r1"), body: []),
                "The server has a problem: Internal Server Error.\nIts log has more under request r1."
            ),
        ]
        for (error, text) in cases { #expect(error.message == text) }
    }

    @Test func everyErrorHasACauseInAFewWords() {
        let problem = Problem(title: "Service Unavailable", status: 503)
        let cases: [(ClientError, String)] = [
            (.unreachable(url: "u", reason: "connection refused"), "connection refused"),
            (.interrupted(url: "u", reason: "no answer in time"), "no answer in time"),
            (.server(problem, body: []), "the server answered with status 503"),
            (.rateLimited(retryAfter: nil), "too many attempts"),
            (.notFound(Problem(title: "T", status: 404, detail: "There is no task 9.")), "There is no task 9"),
            (.unauthorized(url: "http://x", hadToken: true), "Your login at http://x has expired or is not valid"),
        ]
        for (error, text) in cases { #expect(error.cause == text) }
    }

    @Test func aWrongPasswordIsNotAnExpiredLogin() async throws {
        let test = try TestClient { _, _ in problem(401, "The email or the password is wrong.") }
        defer { test.server.stop() }
        await expectClientError {
            if case .wrongCredentials = $0 { true } else { false }
        } from: {
            try await test.client.login(email: "a@x.org", password: "12345678")
        }
        #expect(test.requests.all.first?.headers["authorization"] == nil)
    }

    @Test func aRefusedConnectionIsTriedAgainThenTold() async throws {
        let waits = Recorder<Duration>()
        var configuration = ClientConfiguration()
        configuration.url = try ServerURL("http://127.0.0.1:1")
        configuration.token = "t"
        let client = try TodoClient(
            configuration: configuration, retries: RetryPolicy(random: { 0 }, wait: { waits.append($0) }))
        await expectClientError {
            if case .unreachable("http://127.0.0.1:1", "connection refused") = $0 { true } else { false }
        } from: {
            try await client.delete(.number(list: nil, number: 1))
        }
        #expect(waits.all == [.milliseconds(200), .milliseconds(400), .milliseconds(800)])
    }

    @Test func theConfiguredTimeIsKept() async throws {
        let server = try ScriptedServer.http { _, _ in .silence }
        defer { server.stop() }
        let configuration = try ClientConfiguration.load(
            environment: ["TODO_URL": server.url, "TODO_TOKEN": "t", "TODO_TIMEOUT": "300ms"])
        let client = try TodoClient(configuration: configuration, retries: RetryPolicy(attempts: 1, wait: { _ in }))
        let start = ContinuousClock.now
        await expectClientError {
            if case .interrupted(_, "no answer in time") = $0 { true } else { false }
        } from: {
            try await client.me()
        }
        #expect(start.duration(to: .now) >= .milliseconds(300))
    }

    @Test func aCancelledCallSaysSo() async throws {
        let (arrived, arrival) = AsyncStream<Void>.makeStream()
        let test = try TestClient { _, _ in
            arrival.yield()
            return .silence
        }
        defer { test.server.stop() }
        let client = test.client
        let task = Task { try await client.tasks() }
        for await _ in arrived { break }
        task.cancel()
        await expectClientError {
            if case .cancelled = $0 { true } else { false }
        } from: {
            try await task.value
        }
    }
}
