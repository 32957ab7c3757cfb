import Curl
import Dispatch
import TestSupport
import Testing

/// A mail server that answers as it is told, and keeps what it was sent.
final class ScriptedMailServer: Sendable {
    /// Commands as they came; a message's data is one element, line ends included.
    let transcript = Recorder<String>()
    let server: ScriptedServer

    /// `reply` gives the answer to a command or, for `.`, to a message's end; nil closes the connection.
    init(greeting: String = "220 test ESMTP", reply: @escaping @Sendable (_ command: String) -> String?) throws {
        let transcript = self.transcript
        server = try ScriptedServer { connection in
            try connection.write(greeting + "\r\n")
            while true {
                let command = try connection.readLine()
                transcript.append(command)
                guard let answer = reply(command) else { return }
                try connection.write(answer + "\r\n")
                guard answer.hasPrefix("354") else { continue }
                transcript.append(String(decoding: try connection.read(through: "\r\n.\r\n"), as: UTF8.self))
                guard let answer = reply(".") else { return }
                try connection.write(answer + "\r\n")
            }
        }
    }

    func transport(timeout: Duration = .seconds(10)) throws -> SMTPTransport {
        try SMTPTransport(url: "smtp://127.0.0.1:\(server.port)/client", username: nil, password: nil, timeout: timeout)
    }

    /// What a server that takes all mail answers.
    static func accepts(_ command: String) -> String? {
        switch command {
        case "DATA": "354 go on"
        case "QUIT": "221 bye"
        default: "250 ok"
        }
    }
}

@Suite struct SMTPTransportTests {
    @Test(.timeLimit(.minutes(1))) func oneConnectionTakesAllMessages() async throws {
        let (quits, quit) = AsyncStream<Void>.makeStream()
        let mail = try ScriptedMailServer { command in
            if command == "QUIT" { quit.yield() }
            return ScriptedMailServer.accepts(command)
        }
        defer { mail.server.stop() }
        let transport = try mail.transport()
        for number in 1...3 {
            try await transport.send(
                from: "a@x.org", to: "b\(number)@y.org", message: Array("Subject: \(number)\r\n\r\nhi\r\n".utf8))
        }
        await transport.close()
        for await _ in quits { break }
        #expect(mail.server.connectionCount == 1)
        var expected = ["EHLO client"]
        for number in 1...3 {
            expected += ["MAIL FROM:<a@x.org>", "RCPT TO:<b\(number)@y.org>", "DATA", "Subject: \(number)\r\n\r\nhi\r\n.\r\n"]
        }
        #expect(mail.transcript.all == expected + ["QUIT"])
    }

    @Test(arguments: [
        (".", "..\r\n.\r\n"), ("a\n.b\n..c\n", "a\r\n..b\r\n...c\r\n.\r\n"), ("a\r\n", "a\r\n.\r\n"), ("a", "a\r\n.\r\n"),
        ("a\n\n", "a\r\n\r\n.\r\n"), ("a\r\n.\r\nQUIT\r\n", "a\r\n..\r\nQUIT\r\n.\r\n"), ("a\rb\n", "a\r\nb\r\n.\r\n"),
        ("a\n.\nMAIL FROM:<x>\n", "a\r\n..\r\nMAIL FROM:<x>\r\n.\r\n"),
    ])
    func linesAreEscapedAndEndWithCRLF(message: String, data: String) async throws {
        let mail = try ScriptedMailServer(reply: ScriptedMailServer.accepts)
        defer { mail.server.stop() }
        let transport = try mail.transport()
        try await transport.send(from: "a@x.org", to: "b@y.org", message: Array("H: v\n\n\(message)".utf8))
        #expect(mail.transcript.all.last == "H: v\r\n\r\n" + data)
    }

    @Test func dotsAreEscapedWhereverABufferEnds() async throws {
        let mail = try ScriptedMailServer(reply: ScriptedMailServer.accepts)
        defer { mail.server.stop() }
        let transport = try mail.transport()
        // 65,535-byte buffers meet every phase of this 3-byte pattern.
        let lines = 40_000
        try await transport.send(from: "a@x.org", to: "b@y.org", message: Array(String(repeating: ".\r\n", count: lines).utf8))
        #expect(mail.transcript.all.last == String(repeating: "..\r\n", count: lines) + ".\r\n")
    }

    @Test(arguments: [
        ("MAIL", "550 no such sender", false), ("MAIL", "451 later", true), ("MAIL", "530 5.7.0 authenticate first", true),
        ("RCPT", "550 5.1.1 no such user", false), ("RCPT", "421 closing", true), ("RCPT", "450 busy", true),
        ("DATA", "554 no", false), ("DATA", "451 disk full", true),
        (".", "552 too big", false), (".", "451 4.3.0 try later", true), ("EHLO HELO", "550 go away", true),
        ("RCPT", "550-5.1.1 no such\r\n550 5.1.1 user", false),
    ])
    func repliesAreToldApart(command: String, reply: String, isTransient: Bool) async throws {
        let mail = try ScriptedMailServer { command.contains($0.prefix(4)) ? reply : ScriptedMailServer.accepts($0) }
        defer { mail.server.stop() }
        let transport = try mail.transport()
        let error = await #expect(throws: SMTPError.self) {
            try await transport.send(from: "a@x.org", to: "b@y.org", message: Array("x".utf8))
        }
        let reply = reply.replacing("\r\n550", with: "")
        let code = Int(reply.prefix(3))
        #expect(error == (isTransient ? .transient(code: code, text: reply) : .permanent(code: code, text: reply)))
    }

    @Test func aRefusingServerIsTransient() async throws {
        let mail = try ScriptedMailServer(greeting: "554 no mail here", reply: ScriptedMailServer.accepts)
        defer { mail.server.stop() }
        let transport = try mail.transport()
        await #expect(throws: SMTPError.transient(code: 554, text: "554 no mail here")) {
            try await transport.send(from: "a@x.org", to: "b@y.org", message: Array("x".utf8))
        }
    }

    @Test func aRefusedRecipientDoesNotHarmTheNext() async throws {
        let mail = try ScriptedMailServer { $0.contains("bad@") ? "550 no" : ScriptedMailServer.accepts($0) }
        defer { mail.server.stop() }
        let transport = try mail.transport()
        await #expect(throws: SMTPError.permanent(code: 550, text: "550 no")) {
            try await transport.send(from: "a@x.org", to: "bad@y.org", message: Array("x".utf8))
        }
        try await transport.send(from: "a@x.org", to: "good@y.org", message: Array("x".utf8))
        #expect(mail.transcript.all.contains("RCPT TO:<good@y.org>"))
    }

    @Test(arguments: ["EHLO", "MAIL", "RCPT", "DATA", "."]) func aDroppedConnectionIsTransient(command: String) async throws {
        let mail = try ScriptedMailServer { $0.hasPrefix(command) ? nil : ScriptedMailServer.accepts($0) }
        defer { mail.server.stop() }
        let transport = try mail.transport()
        let error = await #expect(throws: SMTPError.self) {
            try await transport.send(from: "a@x.org", to: "b@y.org", message: Array("x".utf8))
        }
        #expect(error?.isTransient == true && error?.code == nil, "\(String(describing: error))")
    }

    @Test func aServerThatLeftIsFoundAgain() async throws {
        let mail = try ScriptedMailServer { $0 == "." ? "250 ok" : ScriptedMailServer.accepts($0) }
        let transport = try mail.transport()
        try await transport.send(from: "a@x.org", to: "b@y.org", message: Array("x".utf8))
        mail.server.stop()
        let error = await #expect(throws: SMTPError.self) {
            // The server's own thread closes the connection; until then it still answers.
            while true { try await transport.send(from: "a@x.org", to: "b@y.org", message: Array("x".utf8)) }
        }
        #expect(error?.isTransient == true && error?.code == nil)
    }

    @Test func silenceIsTransient() async throws {
        let server = try ScriptedServer { try $0.waitForClose() }
        defer { server.stop() }
        let transport = try SMTPTransport(
            url: "smtp://127.0.0.1:\(server.port)", username: nil, password: nil, timeout: .milliseconds(50))
        let error = await #expect(throws: SMTPError.self) {
            try await transport.send(from: "a@x.org", to: "b@y.org", message: Array("x".utf8))
        }
        #expect(error?.isTransient == true && error?.code == nil)
    }

    @Test func aRefusedLoginIsTransient() async throws {
        let mail = try ScriptedMailServer { command in
            command.hasPrefix("EHLO")
                ? "250-test\r\n250 AUTH PLAIN"
                : command.hasPrefix("AUTH") ? "535 5.7.8 bad password" : ScriptedMailServer.accepts(command)
        }
        defer { mail.server.stop() }
        let transport = try SMTPTransport(
            url: "smtp://127.0.0.1:\(mail.server.port)", username: "u", password: "p", timeout: .seconds(10))
        await #expect(throws: SMTPError.transient(code: 535, text: "535 5.7.8 bad password")) {
            try await transport.send(from: "a@x.org", to: "b@y.org", message: Array("x".utf8))
        }
    }

    @Test func aPasswordIsNotSentInTheClearToAnotherMachine() async throws {
        // 127.1 is this machine, but not by a name that tells so: to the transport it is another.
        let mail = try ScriptedMailServer(reply: ScriptedMailServer.accepts)
        defer { mail.server.stop() }
        let transport = try SMTPTransport(
            url: "smtp://0.0.0.0:\(mail.server.port)", username: "u", password: "p", timeout: .seconds(10))
        let error = await #expect(throws: SMTPError.self) {
            try await transport.send(from: "a@x.org", to: "b@y.org", message: Array("x".utf8))
        }
        #expect(error?.isTransient == true)
        #expect(!mail.transcript.all.contains { $0.hasPrefix("AUTH") || $0.hasPrefix("MAIL") })
    }

    @Test func startTLSCanBeRequired() async throws {
        let mail = try ScriptedMailServer(reply: ScriptedMailServer.accepts)
        defer { mail.server.stop() }
        let transport = try SMTPTransport(
            url: "smtp://127.0.0.1:\(mail.server.port)?starttls=required", username: nil, password: nil, timeout: .seconds(10))
        await #expect(throws: SMTPError.self) {
            try await transport.send(from: "a@x.org", to: "b@y.org", message: Array("x".utf8))
        }
        #expect(!mail.transcript.all.contains { $0.hasPrefix("MAIL") })
    }

    @Test(arguments: ["http://x", "smtp:", "mail.example.org", "", "smtp://x?starttls=maybe"]) func wrongURLsAreRefused(
        url: String
    ) {
        #expect(throws: SMTPError.self) { try SMTPTransport(url: url, username: nil, password: nil, timeout: .seconds(1)) }
    }

    @Test(arguments: ["a@x.org>\r\nRCPT TO:<c@z.org", "a@x.org c@z.org", "", "a>b@x.org"])
    func anAddressCannotBringACommand(address: String) async throws {
        let mail = try ScriptedMailServer(reply: ScriptedMailServer.accepts)
        defer { mail.server.stop() }
        let transport = try mail.transport()
        for (from, to) in [(address, "b@y.org"), ("b@y.org", address)] {
            let error = await #expect(throws: SMTPError.self) {
                try await transport.send(from: from, to: to, message: Array("x".utf8))
            }
            #expect(error?.isTransient == false)
        }
        #expect(mail.server.connectionCount == 0)
    }

    @Test(.timeLimit(.minutes(1))) func aServerThatHangsDoesNotHoldUpTheClose() async throws {
        let (quit, quitting) = AsyncStream<Void>.makeStream()
        let server = try ScriptedServer { connection in
            try connection.write("220 hi\r\n")
            while true {
                switch try connection.readLine().prefix(4) {
                case "QUIT":
                    quitting.yield()
                    // No answer: the client must not wait for one.
                    return try connection.waitForClose()
                case "DATA":
                    try connection.write("354 go on\r\n")
                    while try connection.readLine() != "." {}
                    try connection.write("250 ok\r\n")
                default: try connection.write("250 ok\r\n")
                }
            }
        }
        defer { server.stop() }
        let transport = try SMTPTransport(
            url: "smtp://127.0.0.1:\(server.port)", username: nil, password: nil, timeout: .seconds(60))
        try await transport.send(from: "a@x.org", to: "b@y.org", message: Array("x".utf8))
        let started = ContinuousClock.now
        await transport.close()
        #expect(ContinuousClock.now - started < .seconds(30))
        for await _ in quit { break }
    }

    @Test(.timeLimit(.minutes(1))) func aCancelledMessageEndsAtOnce() async throws {
        let (arrived, arrival) = AsyncStream<Void>.makeStream()
        let server = try ScriptedServer { connection in
            arrival.yield()
            try connection.waitForClose()
        }
        defer { server.stop() }
        let transport = try SMTPTransport(
            url: "smtp://127.0.0.1:\(server.port)", username: nil, password: nil, timeout: .seconds(60))
        let task = Task { try await transport.send(from: "a@x.org", to: "b@y.org", message: Array("x".utf8)) }
        for await _ in arrived { break }
        let started = ContinuousClock.now
        task.cancel()
        await #expect(throws: SMTPError.transient(code: nil, text: "cancelled")) { try await task.value }
        #expect(ContinuousClock.now - started < .seconds(30))
    }

    @Test(.timeLimit(.minutes(1)), arguments: ["DATA", "the message"])
    func aMessageGivenUpHalfwayIsNotTakenInPart(at step: String) async throws {
        let (arrived, arrival) = AsyncStream<Void>.makeStream()
        let (ended, end) = AsyncStream<Bool>.makeStream()
        let isCancelled = DispatchSemaphore(value: 0)
        let server = try ScriptedServer { connection in
            try connection.write("220 hi\r\n")
            while try connection.readLine() != "DATA" { try connection.write("250 ok\r\n") }
            if step != "DATA" {
                try connection.write("354 go on\r\n")
                _ = try connection.read(1)
            }
            arrival.yield()
            isCancelled.wait()
            end.yield((try? connection.read(through: "\r\n.\r\n")) != nil)
        }
        defer { server.stop() }
        let transport = try SMTPTransport(
            url: "smtp://127.0.0.1:\(server.port)", username: nil, password: nil, timeout: .seconds(60))
        // More than any buffer on the way takes.
        let message = [UInt8](repeating: UInt8(ascii: "x"), count: 32 << 20)
        let task = Task { try await transport.send(from: "a@x.org", to: "b@y.org", message: message) }
        for await _ in arrived { break }
        task.cancel()
        await #expect(throws: SMTPError.transient(code: nil, text: "cancelled")) { try await task.value }
        isCancelled.signal()
        for await wasWhole in ended {
            #expect(!wasWhole)
            break
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: ["EHLO", "MAIL", "RCPT", "DATA", "."])
    func aServerThatFallsSilentHasItsTime(at command: String) async throws {
        let server = try ScriptedServer { connection in
            try connection.write("220 hi\r\n")
            while true {
                let line = try connection.readLine()
                if line.hasPrefix(command) { return try connection.waitForClose() }
                try connection.write(ScriptedMailServer.accepts(line)! + "\r\n")
                // The message's end is the last of the commands here.
                if line == "DATA" { return try connection.waitForClose() }
            }
        }
        defer { server.stop() }
        let timeout = Duration.milliseconds(100)
        let transport = try SMTPTransport(
            url: "smtp://127.0.0.1:\(server.port)", username: nil, password: nil, timeout: timeout)
        let started = ContinuousClock.now
        await #expect(throws: SMTPError.transient(code: nil, text: "no answer in time")) {
            try await transport.send(from: "a@x.org", to: "b@y.org", message: Array("x".utf8))
        }
        #expect(ContinuousClock.now - started >= (command == "." ? timeout * 20 : timeout))
    }

    @Test(.timeLimit(.minutes(1))) func anAnswerThatComesTooLateIsNobodys() async throws {
        let gaveUp = DispatchSemaphore(value: 0)
        let (answered, answer) = AsyncStream<Void>.makeStream()
        let server = try ScriptedServer { connection in
            try connection.write("220 hi\r\n")
            while true {
                let line = try connection.readLine()
                try connection.write(ScriptedMailServer.accepts(line)! + "\r\n")
                guard line == "DATA" else { continue }
                _ = try connection.read(through: "\r\n.\r\n")
                if connection.number == 1 {
                    gaveUp.wait()
                    try? connection.write("554 looks like spam\r\n")
                    answer.yield()
                } else {
                    try connection.write("250 ok\r\n")
                }
            }
        }
        defer { server.stop() }
        let transport = try SMTPTransport(
            url: "smtp://127.0.0.1:\(server.port)", username: nil, password: nil, timeout: .milliseconds(100))
        await #expect(throws: SMTPError.transient(code: nil, text: "no answer in time")) {
            try await transport.send(from: "a@x.org", to: "b@y.org", message: Array("x".utf8))
        }
        gaveUp.signal()
        for await _ in answered { break }
        try await transport.send(from: "a@x.org", to: "c@y.org", message: Array("y".utf8))
        #expect(server.connectionCount == 2)
    }
}
