import Curl
import TestSupport
import Testing

@Suite struct HTTPTransportTests {
    @Test func threeRequestsShareOneConnection() async throws {
        let server = try ScriptedServer.http { request, number in .response(200, [:], "\(number) \(request.target)") }
        defer { server.stop() }
        let transport = HTTPTransport()
        for number in 1...3 {
            let answer = try await transport.send(HTTPRequest(url: "\(server.url)/a?b=\(number)"))
            #expect(answer.status == 200)
            #expect(String(decoding: answer.body, as: UTF8.self) == "\(number) /a?b=\(number)")
        }
        #expect(server.connectionCount == 1)
    }

    @Test func methodHeadersAndBodyArriveAsGiven() async throws {
        let seen = Recorder<ScriptedRequest>()
        let server = try ScriptedServer.http { request, _ in
            seen.append(request)
            return .response(201, ["X-Twice": "é", "Location": "/x"])
        }
        defer { server.stop() }
        var options = HTTPTransport.Options()
        options.userAgent = "todo/test"
        let body = Array("{\"title\": \"ä\"}".utf8)
        let request = HTTPRequest(
            method: "PATCH", url: server.url, headers: ["Content-Type": "application/json", "X-Empty": ""], body: body)
        let answer = try await HTTPTransport(options: options).send(request)
        #expect(answer.status == 201)
        #expect(answer.headers["location"] == "/x")
        #expect(answer.headers["x-twice"] == "é")
        let got = try #require(seen.all.first)
        #expect(got.method == "PATCH" && got.target == "/" && got.body == body)
        #expect(got.headers["content-type"] == "application/json")
        #expect(got.headers["user-agent"] == "todo/test")
        #expect(got.headers["x-empty"] == "")
        #expect(got.headers["accept-encoding"]?.contains("gzip") == true)
        #expect(got.headers["expect"] == nil)
    }

    @Test func anEmptyBodyIsSentAsEmpty() async throws {
        let seen = Recorder<ScriptedRequest>()
        let server = try ScriptedServer.http { request, _ in
            seen.append(request)
            return .response(200)
        }
        defer { server.stop() }
        _ = try await HTTPTransport().send(HTTPRequest(method: "POST", url: server.url, body: []))
        #expect(seen.all.first?.headers["content-length"] == "0")
        #expect(seen.all.first?.headers["content-type"] == nil)
    }

    @Test func aCompressedAnswerIsUnpacked() async throws {
        // `[1]` 400 times, by gzip.
        let packed: [UInt8] = [
            0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0xFF, 0x8B, 0x36, 0x8C, 0x8D, 0x1E, 0x45, 0xA3, 0x68, 0x14,
            0x8D,
            0xA2, 0xA1, 0x80, 0x00, 0xED, 0x47, 0x6C, 0xEB, 0xB0, 0x04, 0x00, 0x00,
        ]
        let server = try ScriptedServer { connection in
            _ = try connection.readRequest()
            try connection.write("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(packed.count)\r\n\r\n")
            try connection.write(packed)
        }
        defer { server.stop() }
        let answer = try await HTTPTransport().send(HTTPRequest(url: server.url))
        #expect(answer.body == Array(String(repeating: "[1]", count: 400).utf8))
    }

    @Test func aConnectionThatEndedMeanwhileIsNotNoticed() async throws {
        let server = try ScriptedServer { connection in
            // One answer each, and no word that the connection ends with it.
            _ = try connection.readRequest()
            try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        }
        defer { server.stop() }
        let transport = HTTPTransport()
        for _ in 0..<5 { #expect(try await transport.send(HTTPRequest(url: server.url)).status == 200) }
        #expect(server.connectionCount == 5)
    }

    @Test(arguments: [401, 404, 500, 503]) func anyStatusIsAnAnswer(status: Int) async throws {
        let server = try ScriptedServer.http { _, _ in .response(status, ["Retry-After": "7"], "no") }
        defer { server.stop() }
        let answer = try await HTTPTransport().send(HTTPRequest(url: server.url))
        #expect(answer.status == status && answer.headers["Retry-After"] == "7")
    }

    @Test func redirectsAreNotFollowed() async throws {
        let server = try ScriptedServer.http { _, _ in .response(302, ["Location": "http://127.0.0.1:1/"]) }
        defer { server.stop() }
        #expect(try await HTTPTransport().send(HTTPRequest(url: server.url)).status == 302)
    }

    @Test func aRefusedConnectionIsUnreachable() async throws {
        let server = try ScriptedServer { _ in }
        let transport = HTTPTransport()
        let url = server.url
        _ = try? await transport.send(HTTPRequest(url: url))  // The first one is accepted: the port did listen.
        server.stop()
        let error = await firstRefusal(of: transport, url: url)
        #expect(error == .unreachable(.refused, reason: "connection refused"))
    }

    /// The port closes on the server's own thread: until then connections still stand.
    private func firstRefusal(of transport: HTTPTransport, url: String) async -> HTTPError? {
        for _ in 0..<1000 {
            do {
                _ = try await transport.send(HTTPRequest(url: url, timeout: .milliseconds(100)))
            } catch {
                if case .unreachable = error { return error }
            }
        }
        return nil
    }

    @Test func anUnknownNameIsUnreachable() async throws {
        let error = await #expect(throws: HTTPError.self) {
            try await HTTPTransport().send(HTTPRequest(url: "http://no-such-host.invalid/"))
        }
        guard case .unreachable(.nameNotFound, _)? = error else {
            Issue.record("got \(String(describing: error))")
            return
        }
    }

    @Test func silenceEndsWithTheTimeout() async throws {
        let server = try ScriptedServer.http { _, number in number == 1 ? .response(204) : .silence }
        defer { server.stop() }
        let transport = HTTPTransport()
        // The connection stands beforehand: the time is for the answer alone.
        _ = try await transport.send(HTTPRequest(url: server.url))
        await #expect(throws: HTTPError.interrupted(reason: "no answer in time")) {
            try await transport.send(HTTPRequest(url: server.url, timeout: .milliseconds(500)))
        }
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        "",
    ])
    func aCutOffAnswerIsInterrupted(text: String) async throws {
        let server = try ScriptedServer.http { _, _ in .raw(text) }
        defer { server.stop() }
        await expectError {
            if case .interrupted = $0 { true } else { false }
        } from: {
            try await HTTPTransport().send(HTTPRequest(url: server.url))
        }
    }

    @Test func aResetIsInterrupted() async throws {
        let server = try ScriptedServer.http { _, _ in .reset }
        defer { server.stop() }
        await expectError {
            if case .interrupted = $0 { true } else { false }
        } from: {
            try await HTTPTransport().send(HTTPRequest(url: server.url))
        }
    }

    @Test(arguments: [
        "garbage\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
    ])
    func garbageIsMalformed(text: String) async throws {
        let server = try ScriptedServer.http { _, _ in .raw(text) }
        defer { server.stop() }
        await expectError {
            if case .malformedResponse = $0 { true } else { false }
        } from: {
            try await HTTPTransport().send(HTTPRequest(url: server.url))
        }
    }

    @Test func tooLongAnAnswerIsRefused() async throws {
        let server = try ScriptedServer.http { _, _ in .response(200, [:], String(repeating: "x", count: 100_000)) }
        defer { server.stop() }
        var options = HTTPTransport.Options()
        options.maximumBodySize = 1 << 10
        let transport = HTTPTransport(options: options)
        await expectError {
            if case .malformedResponse = $0 { true } else { false }
        } from: {
            try await transport.send(HTTPRequest(url: server.url))
        }
    }

    @Test func tlsAgainstAPlainServerSaysSo() async throws {
        let server = try ScriptedServer { connection in
            _ = try connection.read(1)
            try connection.write("HTTP/1.1 400 Bad Request\r\n\r\n")
        }
        defer { server.stop() }
        await expectError {
            if case .unreachable(.tls, _) = $0 { true } else { false }
        } from: {
            try await HTTPTransport().send(HTTPRequest(url: "https://127.0.0.1:\(server.port)"))
        }
    }

    @Test(arguments: ["file:///etc/passwd", "ftp://127.0.0.1/", "not a url", "", "http://"])
    func onlyHTTPIsSpoken(url: String) async {
        await expectError {
            if case .invalidRequest = $0 { true } else { false }
        } from: {
            try await HTTPTransport().send(HTTPRequest(url: url))
        }
    }

    @Test func aHeaderCannotBringAnother() async {
        await expectError {
            if case .invalidRequest = $0 { true } else { false }
        } from: {
            try await HTTPTransport().send(HTTPRequest(url: "http://127.0.0.1:1", headers: ["A": "b\r\nC: d"]))
        }
    }
}

/// Expects the call to fail with an error that `matches`.
func expectError(
    _ matches: (HTTPError) -> Bool, from call: () async throws -> some Sendable, sourceLocation: SourceLocation = #_sourceLocation
) async {
    do {
        let value = try await call()
        Issue.record("no error but \(value)", sourceLocation: sourceLocation)
    } catch {
        guard let error = error as? HTTPError else {
            Issue.record(error, sourceLocation: sourceLocation)
            return
        }
        #expect(matches(error), "\(error)", sourceLocation: sourceLocation)
    }
}
