import Curl
import TestSupport
import Testing
import TodoClient
import TodoCore

@Suite struct TraceTests {
    private func client(
        _ answer: @escaping @Sendable (ScriptedRequest, Int) -> ScriptedAnswer
    ) throws -> (client: TodoClient, server: ScriptedServer, lines: Recorder<String>) {
        let server = try ScriptedServer.http(answer)
        let lines = Recorder<String>()
        var configuration = ClientConfiguration()
        configuration.url = try ServerURL(server.url)
        configuration.token = "tok-secret"
        let retries = RetryPolicy(random: { 0 }, wait: { _ in })
        return (try TodoClient(configuration: configuration, retries: retries, trace: { lines.append($0) }), server, lines)
    }

    @Test func eachAnswerHasALine() async throws {
        let (client, server, lines) = try client { _, _ in .response(200, [:], json(sampleTask)) }
        defer { server.stop() }
        _ = try await client.task(.number(list: "WEB", number: 1))
        let expected = "GET /api/v1/tasks/WEB-1 -> 200 in N ms (\(json(sampleTask).utf8.count) bytes)"
        #expect(lines.all.map { $0.replacing(/[0-9]+ ms/, with: "N ms") } == [expected])
    }

    @Test func eachAttemptHasALineAndEachWait() async throws {
        let (client, server, lines) = try client { _, number in
            number == 1 ? .reset : number == 2 ? problem(503, "later") : .response(204)
        }
        defer { server.stop() }
        try await client.delete(.number(list: nil, number: 1))
        let size = json(Problem(title: "T", status: 503, detail: "later", requestID: "r1")).utf8.count
        let expected = [
            "DELETE /api/v1/tasks/1 -> no answer after N ms: ", "  again in N ms (attempt 2 of 4)",
            "DELETE /api/v1/tasks/1 -> 503 in N ms (\(size) bytes)", "  again in N ms (attempt 3 of 4)",
            "DELETE /api/v1/tasks/1 -> 204 in N ms (0 bytes)",
        ]
        let got = lines.all.map { $0.replacing(/[0-9]+ ms/, with: "N ms") }
        #expect(got.dropFirst() == expected.dropFirst() && got.first?.hasPrefix(expected[0]) == true, "\(got)")
    }

    /// Tokens, passwords and bodies, ours and the server's.
    @Test func noLineHasASecret() async throws {
        let (client, server, lines) = try client { request, number in
            let echo = "\(request.headers["authorization"] ?? "") \(request.text)"
            return switch number % 4 {
            case 0: .reset
            case 1: problem(422, echo, ["X-Echo": "tok-secret"])
            case 2: .response(200, ["Set-Cookie": "tok-secret"], json(AccessToken(accessToken: "tok-secret", expiresIn: 1)))
            default: .response(302, ["Location": "http://x/?t=tok-secret"], echo)
            }
        }
        defer { server.stop() }
        for _ in 0..<4 {
            _ = try? await client.login(email: "mail-secret@example.org", password: "pw-secret")
            _ = try? await client.register(email: "mail-secret@example.org", password: "pw-secret")
            _ = try? await client.changePassword(from: "pw-secret", to: "new-secret")
            _ = try? await client.create(TaskDraft(title: "title-secret", notes: "notes-secret"))
            _ = try? await client.me()
            var events = client.events().makeAsyncIterator()
            _ = try? await events.next()
        }
        #expect(lines.all.count >= 24)
        for line in lines.all { #expect(!line.contains("secret"), "\(line)") }
    }

    @Test func whatTheServerSaysCannotTurnTheTerminalRound() async throws {
        let (client, server, lines) = try client { _, _ in
            .response(200, ["Link": "</tasks?c=\u{202E}%1B>; rel=next"], "[]")
        }
        defer { server.stop() }
        _ = try? await client.tasks()
        for line in lines.all { #expect(line == Printable.line(line)) }
    }
}
