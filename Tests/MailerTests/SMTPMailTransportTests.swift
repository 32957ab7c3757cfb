import FoundationEssentials
import Mailer
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct SMTPMailTransportTests {
    /// Sends one message to a server that answers RCPT like this.
    private func send(recipientReply: String) async throws {
        let server = try ScriptedServer { connection in
            try connection.write("220 test ESMTP\r\n")
            while true {
                switch try connection.readLine().prefix(4) {
                case "RCPT": try connection.write(recipientReply + "\r\n")
                case "DATA":
                    try connection.write("354 go on\r\n")
                    while try connection.readLine() != "." {}
                    try connection.write("250 ok\r\n")
                case "QUIT": return
                default: try connection.write("250 ok\r\n")
                }
            }
        }
        defer { server.stop() }
        let transport = try MailerSettings.transport(url: "smtp://127.0.0.1:\(server.port)")
        do {
            try await transport.send(from: "a@b.c", to: "d@e.f", message: Array("Subject: x\r\n\r\n.\r\n".utf8), id: UUID())
        } catch {
            await transport.close()
            throw error
        }
        await transport.close()
    }

    @Test func sends() async throws {
        try await send(recipientReply: "250 ok")
    }

    @Test func fourHundredsAreTransient() async throws {
        let error = await #expect(throws: MailError.self) { try await send(recipientReply: "451 4.7.1 greylisted") }
        guard case .transient(let reason)? = error else { throw try #require(error) }
        #expect(reason == "SMTP 451: 4.7.1 greylisted")
    }

    @Test func fiveHundredsArePermanent() async throws {
        let error = await #expect(throws: MailError.self) { try await send(recipientReply: "550 5.1.1 no such user") }
        guard case .permanent(let reason)? = error else { throw try #require(error) }
        #expect(reason == "SMTP 550: 5.1.1 no such user")
    }

    /// A server that takes the first `count` connections and turns the others away; `reply` answers to RCPT.
    private func server(takes count: Int, _ reply: @escaping @Sendable () -> String?) throws -> ScriptedServer {
        try ScriptedServer { connection in
            guard connection.number <= count else { return try connection.write("421 4.7.0 too many connections\r\n") }
            try connection.write("220 test ESMTP\r\n")
            while true {
                switch try connection.readLine().prefix(4) {
                case "RCPT":
                    guard let reply = reply() else { return try connection.waitForClose() }
                    try connection.write(reply + "\r\n")
                case "DATA":
                    try connection.write("354 go on\r\n")
                    while try connection.readLine() != "." {}
                    try connection.write("250 ok\r\n")
                case "QUIT": return
                default: try connection.write("250 ok\r\n")
                }
            }
        }
    }

    private let mail = Array("Subject: x\r\n\r\n.\r\n".utf8)

    @Test func silenceInTheMiddleIsTransient() async throws {
        let server = try server(takes: 1) { nil }
        defer { server.stop() }
        let transport = try MailerSettings.transport(url: "smtp://127.0.0.1:\(server.port)", timeout: .seconds(1))
        let error = await #expect(throws: MailError.self) {
            try await transport.send(from: "a@b.c", to: "d@e.f", message: mail, id: UUID())
        }
        await transport.close()
        guard case .transient? = error else { throw try #require(error) }
    }

    /// One connection stands when others are wanted: all mails go over it.
    @Test func aServerThatTakesFewConnectionsGetsAllMails() async throws {
        let server = try server(takes: 1) { "250 ok" }
        defer { server.stop() }
        let transport = try MailerSettings.transport(url: "smtp://127.0.0.1:\(server.port)", connections: 4)
        try await transport.send(from: "a@b.c", to: "d@e.f", message: mail, id: UUID())
        try await withThrowingTaskGroup { group in
            for _ in 1...20 {
                group.addTask { try await transport.send(from: "a@b.c", to: "d@e.f", message: mail, id: UUID()) }
            }
            try await group.waitForAll()
        }
        await transport.close()
        #expect(server.connectionCount <= 4)
    }

    /// The next mail may go over the connection only when all is done for the last one.
    @Test func aConnectionIsFreeWhenAllIsDone() async throws {
        let server = try server(takes: 1) { "250 ok" }
        defer { server.stop() }
        let transport = try MailerSettings.transport(url: "smtp://127.0.0.1:\(server.port)", connections: 1)
        let order = Recorder<String>()
        try await withThrowingTaskGroup { group in
            for _ in 1...3 {
                group.addTask {
                    try await transport.send(from: "a@b.c", to: "d@e.f", message: mail, id: UUID()) {
                        () async throws(MailError) in
                        order.append("begin")
                        await Task.yield()
                        order.append("end")
                    }
                }
            }
            try await group.waitForAll()
        }
        await transport.close()
        #expect(order.all == ["begin", "end", "begin", "end", "begin", "end"])
        #expect(server.connectionCount == 1)
    }

    @Test func aServerThatIsAwayIsTransient() async throws {
        let transport = try MailerSettings.transport(url: "smtp://127.0.0.1:1")
        let error = await #expect(throws: MailError.self) {
            try await transport.send(from: "a@b.c", to: "d@e.f", message: [], id: UUID())
        }
        guard case .transient? = error else { throw try #require(error) }
    }

    @Test(arguments: ["", "maildir:", "maildir://", "http://x", "/var/mail", "smtp://"])
    func urlsThatAreNoTransport(url: String) {
        #expect(throws: MailError.self) { try MailerSettings.transport(url: url) }
    }

    @Test func maildirURLs() async throws {
        try await TemporaryFolder.with { folder in
            for prefix in ["maildir:", "maildir://", "MAILDIR:"] {
                try await MailerSettings.transport(url: "\(prefix)\(folder)/m")
                    .send(from: "a@b.c", to: "d@e.f", message: [0x61], id: UUID())
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/m/new").count == 3)
        }
    }
}
