import TestSupport
import Testing
import TodoClient

@Suite(.timeLimit(.minutes(1))) struct EventStreamWaitTests {
    /// The waits before the next `count` connections; each connection does what the script says.
    private func waits(
        _ count: Int, random: Double = 0, _ script: @escaping @Sendable (ScriptedServer.Connection, Int) throws -> Void
    ) async throws -> [Duration] {
        let server = try ScriptedServer { connection in
            _ = try connection.readRequest()
            try script(connection, connection.number)
        }
        defer { server.stop() }
        var configuration = ClientConfiguration()
        configuration.url = try ServerURL(server.url)
        configuration.token = "secret"
        let waited = Recorder<Duration>()
        let retries = RetryPolicy(random: { random }, wait: { waited.append($0) })
        let client = try TodoClient(configuration: configuration, retries: retries)
        var announced: [Duration] = []
        for try await event in client.events() {
            if case .disconnected(_, let delay) = event.kind { announced.append(delay) }
            if announced.count > count { break }
        }
        // What is announced is what is waited.
        #expect(waited.all == Array(announced.prefix(count)))
        return waited.all
    }

    @Test func theyGrowUpToABound() async throws {
        let waits = try await waits(10) { connection, _ in connection.resetOnClose() }
        let seconds: [Double] = [0.25, 0.5, 1, 2, 4, 8, 16, 30, 30, 30]
        #expect(waits == seconds.map { Duration.seconds($0) })
        let halves = try await self.waits(3, random: 1) { connection, _ in connection.resetOnClose() }
        #expect(halves == [.milliseconds(125), .milliseconds(250), .milliseconds(500)])
    }

    @Test func theServersTimeIsTheLeast() async throws {
        let waits = try await waits(4) { connection, number in
            switch number {
            case 1: try connection.answer(503, "Retry-After: 7\r\n")
            case 2: try connection.answer(429, "Retry-After: 15\r\n")
            case 3: try connection.answer(503, "Retry-After: 99999\r\n")
            default: try connection.answer(502)
            }
        }
        let seconds: [Double] = [7.25, 15.5, 301, 2]
        #expect(waits == seconds.map { Duration.seconds($0) })
    }

    @Test func theStreamsOwnTimeHoldsFromThenOn() async throws {
        let waits = try await waits(3) { connection, number in
            if number == 1 { try connection.openStream(at: "5-0", retry: 3000) } else { connection.resetOnClose() }
        }
        #expect(waits == [.milliseconds(3250), .milliseconds(3500), .seconds(4)])
    }

    @Test func aGoodConnectionBeginsAnew() async throws {
        let waits = try await waits(5) { connection, number in
            guard number == 3 else { return connection.resetOnClose() }
            try connection.openStream(at: "5-0", retry: 0)
            try connection.write(event(1))
        }
        #expect(waits[0...1] == [.milliseconds(250), .milliseconds(500)])
        // Whether the event came in a piece of its own is up to the network.
        #expect(waits[2] == .milliseconds(250) || waits[2] == .seconds(1))
        #expect(waits[3] == waits[2] * 2 && waits[4] == waits[2] * 4)
    }

    @Test func oneThatIsClosedAtOnceIsNotGood() async throws {
        let waits = try await waits(4) { connection, _ in try connection.openStream(at: "5-0", retry: 0) }
        #expect(waits == [.milliseconds(250), .milliseconds(500), .seconds(1), .seconds(2)])
    }
}
