import FoundationEssentials
import Glibc
import Mailer
import Testing

@Suite struct MaildirTransportTests {
    private func names(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }

    private func send(_ message: String, id: UUID, to folder: String) async throws {
        try await MaildirTransport(folder: folder)
            .send(from: "todo@example.org", to: "me@example.org", message: Array(message.utf8), id: id)
    }

    @Test func deliversOnceAndLeavesNothingBehind() async throws {
        try await TemporaryFolder.with { base in
            let folder = "\(base)/mail", id = UUID()
            try await send("one", id: id, to: folder)
            try await send("one", id: id, to: folder)
            try await send("two", id: UUID(), to: folder)
            #expect(try names("\(folder)/new").count == 2)
            #expect(try names("\(folder)/tmp").isEmpty)
            #expect(try names(folder) == ["cur", "new", "tmp"])
            let file = "\(folder)/new/\(id.uuidString.lowercased()).todo"
            #expect(try String(contentsOfFile: file, encoding: .utf8) == "one")
            var status = stat()
            #expect(stat(file, &status) == 0 && status.st_mode & 0o777 == 0o600)
        }
    }

    @Test func aMessageThatWasReadIsNotDeliveredAgain() async throws {
        try await TemporaryFolder.with { base in
            let folder = "\(base)/mail", id = UUID()
            try await send("one", id: id, to: folder)
            let name = "\(id.uuidString.lowercased()).todo"
            #expect(rename("\(folder)/new/\(name)", "\(folder)/cur/\(name):2,S") == 0)
            try await send("one", id: id, to: folder)
            #expect(try names("\(folder)/new").isEmpty)
            #expect(try names("\(folder)/cur") == ["\(name):2,S"])
        }
    }

    @Test func manyAtOnceAreAllThere() async throws {
        try await TemporaryFolder.with { base in
            let folder = "\(base)/mail", transport = MaildirTransport(folder: folder), ids = (0..<20).map { _ in UUID() }
            try await withThrowingTaskGroup { group in
                for id in ids + ids {
                    group.addTask { try await transport.send(from: "a@b.c", to: "d@e.f", message: [0x61], id: id) }
                }
                try await group.waitForAll()
            }
            #expect(try names("\(folder)/new").count == 20)
            #expect(try names("\(folder)/tmp").isEmpty)
        }
    }

    /// A file where the folder should be: it fails for root too, unlike a mode.
    @Test func aFolderThatCannotBeWrittenIsTransient() async throws {
        try await TemporaryFolder.with { base in
            try "".write(toFile: "\(base)/mail", atomically: false, encoding: .utf8)
            let error = await #expect(throws: MailError.self) { try await send("one", id: UUID(), to: "\(base)/mail") }
            guard case .transient(let reason)? = error else {
                Issue.record("not transient: \(String(describing: error))")
                return
            }
            #expect(reason.contains("\(base)/mail/tmp: Not a directory"))
        }
    }
}
