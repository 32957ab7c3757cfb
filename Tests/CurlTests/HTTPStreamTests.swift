import Curl
import TestSupport
import Testing

@Suite struct HTTPStreamTests {
    private static let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"

    private static func chunk(_ text: String) -> String { "\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n" }

    @Test(.timeLimit(.minutes(1))) func piecesComeAsTheyAreSent() async throws {
        let server = try ScriptedServer { connection in
            _ = try connection.readRequest()
            try connection.write(Self.head + Self.chunk("one"))
            // The answer has not ended: the piece must come all the same.
            try connection.waitForClose()
        }
        defer { server.stop() }
        let transport = HTTPTransport()
        let stream = try await transport.stream(HTTPRequest(url: server.url))
        #expect(stream.status == 200 && stream.headers["content-type"] == "text/event-stream")
        var iterator = stream.makeAsyncIterator()
        #expect(try await iterator.next() == Array("one".utf8))
    }

    @Test func theEndAndABreakAreToldApart() async throws {
        for (tail, isWhole) in [("0\r\n\r\n", true), ("", false)] {
            let server = try ScriptedServer.http { _, _ in .raw(Self.head + Self.chunk("a") + Self.chunk("b") + tail) }
            defer { server.stop() }
            var bytes: [UInt8] = []
            do {
                for try await piece in try await HTTPTransport().stream(HTTPRequest(url: server.url)) { bytes += piece }
                #expect(isWhole)
            } catch HTTPError.interrupted {
                #expect(!isWhole)
            }
            #expect(bytes == Array("ab".utf8))
        }
    }

    @Test(.timeLimit(.minutes(1))) func aStreamLetGoClosesItsConnection() async throws {
        let (closed, closing) = AsyncStream<Void>.makeStream()
        let server = try ScriptedServer { connection in
            _ = try connection.readRequest()
            try connection.write(Self.head + Self.chunk("x"))
            try connection.waitForClose()
            closing.yield()
        }
        defer { server.stop() }
        let transport = HTTPTransport()
        do {
            let stream = try await transport.stream(HTTPRequest(url: server.url))
            #expect(stream.status == 200)
        }
        for await _ in closed { break }
        await transport.close()
    }

    @Test(.timeLimit(.minutes(1))) func aCancelledReaderStops() async throws {
        let server = try ScriptedServer { connection in
            _ = try connection.readRequest()
            try connection.write(Self.head + Self.chunk("x"))
            try connection.waitForClose()
        }
        defer { server.stop() }
        let (first, got) = AsyncStream<Void>.makeStream()
        let transport = HTTPTransport()
        let url = server.url
        let task = Task {
            for try await _ in try await transport.stream(HTTPRequest(url: url)) { got.yield() }
        }
        for await _ in first { break }
        task.cancel()
        await #expect(throws: HTTPError.cancelled) { try await task.value }
    }

    @Test(.timeLimit(.minutes(1))) func aSlowReaderHoldsTheServerBackAndLosesNothing() async throws {
        let size = 2 << 20
        let server = try ScriptedServer { connection in
            _ = try connection.readRequest()
            try connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n")
            try connection.write((0..<size).map { UInt8(truncatingIfNeeded: $0 / 251) })
        }
        defer { server.stop() }
        var count = 0, isInOrder = true
        for try await piece in try await HTTPTransport().stream(HTTPRequest(url: server.url)) {
            for byte in piece {
                isInOrder = isInOrder && byte == UInt8(truncatingIfNeeded: count / 251)
                count += 1
            }
        }
        #expect(count == size && isInOrder)
    }

    @Test func refusalBeforeTheHeadIsThrown() async throws {
        let server = try ScriptedServer.http { _, _ in .reset }
        defer { server.stop() }
        await expectError {
            if case .interrupted = $0 { true } else { false }
        } from: {
            try await HTTPTransport().stream(HTTPRequest(url: server.url)).status
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: [0, 100_000]) func silenceEndsAStreamToo(size: Int) async throws {
        let server = try ScriptedServer { connection in
            _ = try connection.readRequest()
            try connection.write(Self.head + Self.chunk(String(repeating: "x", count: size + 1)))
            try connection.waitForClose()
        }
        defer { server.stop() }
        let transport = HTTPTransport()
        let start = ContinuousClock.now
        await expectError {
            $0 == .interrupted(reason: "no answer in time")
        } from: {
            for try await _ in try await transport.stream(HTTPRequest(url: server.url), idleTimeout: .milliseconds(200)) {}
        }
        #expect(start.duration(to: .now) >= .milliseconds(200))
    }

    @Test(.timeLimit(.minutes(1))) func silenceBeforeTheHeadEndsItAsWell() async throws {
        let server = try ScriptedServer.http { _, _ in .silence }
        defer { server.stop() }
        await expectError {
            if case .interrupted = $0 { true } else { false }
        } from: {
            try await HTTPTransport().stream(HTTPRequest(url: server.url), idleTimeout: .milliseconds(200)).status
        }
    }

    @Test(.timeLimit(.minutes(1))) func aReaderWhoTakesTimeIsNoSilence() async throws {
        let size = 2 << 20
        let (sent, sending) = AsyncStream<Void>.makeStream()
        let server = try ScriptedServer { connection in
            _ = try connection.readRequest()
            try connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n")
            sending.yield()
            try connection.write([UInt8](repeating: 1, count: size))
        }
        defer { server.stop() }
        let transport = HTTPTransport()
        let stream = try await transport.stream(HTTPRequest(url: server.url), idleTimeout: .seconds(1))
        for await _ in sent { break }
        // Silence on another connection takes longer than the stream's limit: meanwhile the server is held back.
        await expectError {
            if case .interrupted = $0 { true } else { false }
        } from: {
            try await self.silence(for: .milliseconds(1200), over: transport)
        }
        var count = 0
        for try await piece in stream { count += piece.count }
        #expect(count == size)
    }

    private func silence(for time: Duration, over transport: HTTPTransport) async throws -> Int {
        let server = try ScriptedServer.http { _, _ in .silence }
        defer { server.stop() }
        return try await transport.send(HTTPRequest(url: server.url, timeout: time)).status
    }
}
