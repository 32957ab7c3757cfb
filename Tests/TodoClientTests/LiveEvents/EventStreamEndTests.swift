import TestSupport
import Testing
import TodoClient

/// How a stream ends that nobody wants any more.
@Suite(.timeLimit(.minutes(1))) struct EventStreamEndTests {
    @Test func cancellationClosesTheConnectionAtOnce() async throws {
        let (closed, closing) = AsyncStream<Void>.makeStream()
        let (client, server, _) = try eventFeed { connection, _ in
            try connection.openStream(at: "5-0")
            try connection.waitForClose()
            closing.yield()
        }
        defer { server.stop() }
        let (connected, connecting) = AsyncStream<Void>.makeStream()
        let task = Task {
            var count = 0
            for try await _ in client.events() {
                count += 1
                connecting.yield()
            }
            return count
        }
        for await _ in connected { break }
        task.cancel()
        for await _ in closed { break }
        #expect(try await task.value == 1)
    }

    @Test func cancellationEndsAWait() async throws {
        let (waiting, begun) = AsyncStream<Void>.makeStream()
        let (client, server, requests) = try eventFeed(wait: { _ in
            begun.yield()
            try await Task.sleep(for: .seconds(3600))
        }) { connection, _ in try connection.answer(503) }
        defer { server.stop() }
        let task = Task {
            var told: [String] = []
            for try await event in client.events() { told.append(event.summary) }
            return told
        }
        for await _ in waiting { break }
        task.cancel()
        #expect(try await task.value == [" server"] && requests.all.count == 1)
    }

    @Test func cancellationEndsAnAttemptToConnect() async throws {
        let (asked, asking) = AsyncStream<Void>.makeStream()
        let (closed, closing) = AsyncStream<Void>.makeStream()
        let (client, server, _) = try eventFeed { connection, _ in
            asking.yield()
            try connection.waitForClose()
            closing.yield()
        }
        defer { server.stop() }
        let task = Task {
            for try await event in client.events() { Issue.record("\(event)") }
        }
        for await _ in asked { break }
        task.cancel()
        for await _ in closed { break }
        try await task.value
    }

    @Test func aStreamThatIsLetGoClosesItsConnection() async throws {
        let (closed, closing) = AsyncStream<Void>.makeStream()
        let (client, server, _) = try eventFeed { connection, _ in
            try connection.openStream(at: "5-0")
            try connection.waitForClose()
            closing.yield()
        }
        defer { server.stop() }
        for try await _ in client.events() { break }
        for await _ in closed { break }
        #expect(client.isLoggedIn)
    }
}
