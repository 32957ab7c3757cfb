import Curl
import Glibc
import TestSupport
import Testing

/// Proxies as the environment names them. Each test is a process of its own: the environment belongs to all of one.
@Suite(.timeLimit(.minutes(1))) struct HTTPProxyTests {
    /// A proxy that answers everything with 204, and what it was asked for.
    private static func proxy() throws -> (server: ScriptedServer, asked: Recorder<String>) {
        let asked = Recorder<String>()
        let server = try ScriptedServer.http { request, _ in
            asked.append("\(request.method) \(request.target)")
            return .response(request.method == "CONNECT" ? 502 : 204)
        }
        for name in ["http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"] {
            unsetenv(name)
        }
        return (server, asked)
    }

    @Test func httpGoesThroughItsProxy() async {
        await #expect(processExitsWith: .success) {
            let (server, asked) = try Self.proxy()
            setenv("http_proxy", server.url, 1)
            let answer = try await HTTPTransport().send(HTTPRequest(url: "http://todo.example/a?b"))
            #expect(answer.status == 204 && asked.all == ["GET http://todo.example/a?b"])
        }
    }

    @Test func httpsGoesThroughItsTunnel() async {
        await #expect(processExitsWith: .success) {
            let (server, asked) = try Self.proxy()
            setenv("https_proxy", server.url, 1)
            await #expect(throws: HTTPError.self) {
                try await HTTPTransport().send(HTTPRequest(url: "https://todo.example/", headers: ["Authorization": "secret"]))
            }
            #expect(asked.all == ["CONNECT todo.example:443"])
        }
    }

    @Test func exceptionsGoDirectly() async {
        await #expect(processExitsWith: .success) {
            let (server, asked) = try Self.proxy()
            setenv("http_proxy", server.url, 1)
            setenv("no_proxy", "other.invalid,.todo.invalid", 1)
            for host in ["other.invalid", "www.todo.invalid"] {
                await expectError {
                    if case .unreachable(.nameNotFound, _) = $0 { true } else { false }
                } from: {
                    try await HTTPTransport().send(HTTPRequest(url: "http://\(host)/"))
                }
            }
            #expect(asked.all.isEmpty)
        }
    }

    @Test func thisMachineIsReachedDirectly() async {
        await #expect(processExitsWith: .success) {
            let (server, asked) = try Self.proxy()
            setenv("http_proxy", server.url, 1)
            setenv("ALL_PROXY", server.url, 1)
            let target = try ScriptedServer.http { _, _ in .response(200) }
            #expect(try await HTTPTransport().send(HTTPRequest(url: target.url)).status == 200)
            #expect(asked.all.isEmpty)
        }
    }
}
