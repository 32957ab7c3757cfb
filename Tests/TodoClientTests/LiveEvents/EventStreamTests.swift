import Curl
import FoundationEssentials
import TestSupport
import Testing
import TodoClient
import TodoCore

@Suite(.timeLimit(.minutes(1))) struct EventStreamTests {
    @Test func eventsComeInOrderAndABreakIsBridged() async throws {
        let (client, server, requests) = try eventFeed { connection, number in
            try connection.openStream(at: number == 1 ? "5-0" : "5-2")
            for place in (number == 1 ? [1, 2] : [3, 4]) { try connection.write(event(place)) }
            if number == 2 { try connection.waitForClose() }
        }
        defer { server.stop() }
        var events = client.events().makeAsyncIterator()
        var told: [String] = []
        while told.count < 7, let event = try await events.next() { told.append(event.summary) }
        #expect(
            told == [
                "5-0 connected", "5-1 created t1", "5-2 created t2", "5-2 interrupted", "5-2 connected", "5-3 created t3",
                "5-4 created t4",
            ])
        #expect(requests.all.map { $0.headers["last-event-id"] } == [nil, "5-2"])
        #expect(requests.all.allSatisfy { $0.method == "GET" && $0.target == "/api/v1/events" })
        #expect(requests.all.allSatisfy { $0.headers["accept"] == "text/event-stream" })
        #expect(requests.all.allSatisfy { $0.headers["authorization"] == "Bearer secret" })
    }

    /// Wherever the connection is cut, every event comes once.
    @Test func noCutLosesOrRepeatsAnEvent() async throws {
        let whole = Array((": connected\nretry: 1\nid: 5-0\n\n" + event(1) + event(2)).utf8)
        for cut in stride(from: 0, to: whole.count, by: 5) {
            let (client, server, requests) = try eventFeed { connection, _ in
                try connection.openStream()
                try connection.write(Array(whole[..<cut]))
            } resume: { connection, place in
                try connection.openStream(at: place)
                let last = place.flatMap { Int($0.dropFirst(2)) } ?? 9
                if last < 2 { try connection.write((last + 1..<3).map { event($0) }.joined()) }
                try connection.waitForClose()
            }
            defer { server.stop() }
            var titles: [String] = []
            for try await event in client.events(after: "5-0") {
                if case .event(let event, _) = event.kind, case .taskCreated(_, let title) = event.kind { titles.append(title) }
                if titles.last == "t2" { break }
            }
            #expect(titles == ["t1", "t2"], "\(cut)")
            #expect(requests.all.first?.headers["last-event-id"] == "5-0")
        }
    }

    @Test func aResetAndWhatCannotBeReadAskForEverything() async throws {
        let (client, server, _) = try eventFeed { connection, _ in
            try connection.openStream(at: "5-0")
            try connection.write("id: 5-1\nevent: reset\ndata: {}\n\n")
            try connection.write("id: 5-2\nevent: task.created\ndata: {\"event_id\": 1}\n\n")
            try connection.write("id: 5-3\ndata: garbage\n\n: quiet\n\nid: 5-4\n\n")
            try connection.write(event(5, type: "task.sung"))
            try connection.waitForClose()
        }
        defer { server.stop() }
        var events = client.events().makeAsyncIterator()
        var told: [String] = []
        while told.count < 5, let event = try await events.next() { told.append(event.summary) }
        #expect(told == ["5-0 connected", "5-1 reset", "5-2 reset", "5-3 reset", "5-5 task.sung"])
    }

    @Test func theJSONIsHandedOnAsItCame() async throws {
        let (client, server, _) = try eventFeed { connection, _ in
            try connection.openStream(at: "5-0")
            try connection.write(event(1))
            try connection.waitForClose()
        }
        defer { server.stop() }
        for try await event in client.events() {
            guard case .event(let read, let json) = event.kind else { continue }
            #expect(event.cursor == "5-1" && String(decoding: json, as: UTF8.self) == eventJSON(1))
            #expect(try Wire.decode(DomainEvent.self, from: json) == read)
            break
        }
    }

    @Test(arguments: [
        (401, "unauthorized"), (404, "notFound"), (422, "invalid"), (400, "invalid"), (403, "invalid"), (302, "unexpectedAnswer"),
    ])
    func whatWillNotMendIsThrown(status: Int, name: String) async throws {
        let (client, server, requests) = try eventFeed { connection, number in
            if number == 1 { return try connection.openStream(at: "5-0") }
            try connection.answer(status)
        }
        defer { server.stop() }
        var told: [String] = []
        do {
            for try await event in client.events() {
                told.append(event.summary)
                // An answer like 302 may be a gateway's, while the server was there before.
                if told.count == 4 { throw ClientError.unexpectedAnswer(url: "", reason: "") }
            }
        } catch let error as ClientError { told.append("\(error)".prefix { $0 != "(" }.description) }
        #expect(told.prefix(2) == ["5-0 connected", "5-0 interrupted"] && told.last == name, "\(told)")
        if status != 302 { #expect(requests.all.count == 2) }
    }

    @Test func whoIsNotLoggedInIsToldAtOnce() async throws {
        let (client, server, requests) = try eventFeed(token: nil) { _, _ in }
        defer { server.stop() }
        var events = client.events().makeAsyncIterator()
        await expectClientError {
            if case .unauthorized(_, hadToken: false) = $0 { true } else { false }
        } from: {
            _ = try await events.next()
        }
        #expect(try await events.next() == nil && requests.all.isEmpty)
    }

    @Test func aPageOfSomethingElseIsNoStream() async throws {
        let (client, server, _) = try eventFeed { connection, _ in
            try connection.write("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>")
        }
        defer { server.stop() }
        await expectClientError {
            if case .unexpectedAnswer = $0 { true } else { false }
        } from: {
            for try await _ in client.events() {}
        }
    }

    @Test func silenceEndsAConnection() async throws {
        let (client, server, _) = try eventFeed { connection, _ in
            try connection.openStream(at: "5-0")
            try connection.waitForClose()
        }
        defer { server.stop() }
        var events = client.events(after: nil, idleTimeout: .seconds(1)).makeAsyncIterator()
        #expect(try await events.next()?.summary == "5-0 connected")
        #expect(try await events.next()?.summary == "5-0 interrupted")
        #expect(try await events.next()?.summary == "5-0 connected")
    }

    @Test func anEndlessEventIsGivenUp() async throws {
        let (client, server, _) = try eventFeed { connection, number in
            try connection.openStream(at: "5-0")
            if number > 1 { return try connection.waitForClose() }
            let line = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
            while true { try connection.write(line) }
        }
        defer { server.stop() }
        var events = client.events().makeAsyncIterator()
        #expect(try await events.next()?.summary == "5-0 connected")
        #expect(try await events.next()?.summary == "5-0 unexpectedAnswer")
        #expect(try await events.next()?.summary == "5-0 connected")
    }

    /// What only has whole answers, as the fake servers of other tests, gives them as streams.
    @Test func aWholeAnswerIsAStreamToo() async throws {
        struct Whole: HTTPSending {
            func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
                HTTPResponse(status: 200, headers: ["Content-Type": "text/event-stream"], body: Array(event(1).utf8))
            }
        }
        var configuration = ClientConfiguration()
        configuration.token = "t"
        let client = try TodoClient(configuration: configuration, sender: Whole())
        var events = client.events(after: "5-0").makeAsyncIterator()
        var told: [String] = []
        while told.count < 3, let event = try await events.next() { told.append(event.summary) }
        #expect(told == ["5-0 connected", "5-1 created t1", "5-1 interrupted"])
    }
}
