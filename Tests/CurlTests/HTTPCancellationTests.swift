import Curl
import Synchronization
import TestSupport
import Testing

@Suite struct HTTPCancellationTests {
    @Test(.timeLimit(.minutes(1))) func aCancelledTaskLetsGoOfTheConnection() async throws {
        let (arrived, arrival) = AsyncStream<Void>.makeStream()
        let (closed, closing) = AsyncStream<Void>.makeStream()
        let server = try ScriptedServer { connection in
            _ = try connection.readRequest()
            arrival.yield()
            try connection.waitForClose()
            closing.yield()
        }
        defer { server.stop() }
        let transport = HTTPTransport()
        let task = Task { try await transport.send(HTTPRequest(url: server.url)) }
        for await _ in arrived { break }
        task.cancel()
        await #expect(throws: HTTPError.cancelled) { try await task.value }
        for await _ in closed { break }
    }

    @Test func aTaskCancelledBeforehandSendsNothing() async throws {
        let server = try ScriptedServer.http { _, _ in .response(200) }
        defer { server.stop() }
        let transport = HTTPTransport()
        let (gate, open) = AsyncStream<Void>.makeStream()
        let task = Task {
            for await _ in gate { break }  // Ends at once when the task is cancelled.
            return try await transport.send(HTTPRequest(url: server.url))
        }
        task.cancel()
        open.finish()
        await #expect(throws: HTTPError.cancelled) { try await task.value }
        #expect(server.connectionCount == 0)
    }

    @Test func aClosedTransportAnswersCancelled() async throws {
        let server = try ScriptedServer.http { _, _ in .response(200) }
        defer { server.stop() }
        let transport = HTTPTransport()
        _ = try await transport.send(HTTPRequest(url: server.url))
        await transport.close()
        await transport.close()
        await #expect(throws: HTTPError.cancelled) { try await transport.send(HTTPRequest(url: server.url)) }
    }

    @Test func otherRequestsGoOnWhileOneWaits() async throws {
        let (arrived, arrival) = AsyncStream<Void>.makeStream()
        let server = try ScriptedServer.http { request, _ in
            if request.target == "/slow" {
                arrival.yield()
                return .silence
            }
            return .response(204)
        }
        defer { server.stop() }
        let transport = HTTPTransport()
        let slow = Task { try await transport.send(HTTPRequest(url: server.url + "/slow")) }
        for await _ in arrived { break }
        #expect(try await transport.send(HTTPRequest(url: server.url)).status == 204)
        slow.cancel()
        await #expect(throws: HTTPError.cancelled) { try await slow.value }
    }

    @Test func manyAtOnceAllAnswer() async throws {
        let server = try ScriptedServer.http { request, _ in .response(200, [:], request.target) }
        defer { server.stop() }
        let transport = HTTPTransport()
        let url = server.url
        let bodies = try await withThrowingTaskGroup(of: String.self) { group in
            for number in 0..<200 {
                group.addTask {
                    let answer = try await transport.send(HTTPRequest(url: "\(url)/\(number)"))
                    return String(decoding: answer.body, as: UTF8.self)
                }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(bodies == Set((0..<200).map { "/\($0)" }))
        #expect(server.connectionCount <= 16)
    }
}
