import Curl
import FoundationEssentials
import Synchronization
import Testing
import TodoCLI
import TodoClient
import TodoCore

@Suite struct ExchangeImportTests {
    /// The program with a fake server and a file to import.
    private final class Program: Sendable {
        let server = FakeServer()
        let folder = "\(FileManager.default.temporaryDirectory.path)/todo-exchange-\(UUID().uuidString)"
        private let text = Mutex((output: "", error: ""))

        init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

        deinit { try? FileManager.default.removeItem(atPath: folder) }

        func run(_ arguments: String...) async -> (status: CommandStatus, output: String, error: String) {
            let io = CommandIO(
                outputIsTerminal: false, errorIsTerminal: false, inputIsTerminal: false, width: nil,
                writeOutput: { bytes in self.text.withLock { $0.output += String(decoding: bytes, as: UTF8.self) } },
                writeError: { text in self.text.withLock { $0.error += text } }, readLine: { nil },
                readSecret: { _ in .noTerminal }, replaceProcess: { _, _, _ in "" })
            let context = CommandContext(
                io: io, environment: ["HOME": folder, "TODO_TOKEN": "t", "TODO_URL": "http://todo.test"], sender: server,
                retries: RetryPolicy(wait: { _ in }), today: LocalDate(year: 2026, month: 11, day: 22),
                localTime: { String(Timestamp.text($0).prefix(16)).replacing("T", with: " ") })
            let status = await TodoCLI.Program.run(arguments, in: context)
            return text.withLock { text in
                defer { text = ("", "") }
                return (status, text.output, text.error)
            }
        }

        func file(_ name: String, _ text: String) throws -> String {
            let path = "\(folder)/\(name)"
            try Data(text.utf8).write(to: URL(filePath: path))
            return path
        }

        func fail(at request: Int, _ result: Result<HTTPResponse, HTTPError>?) {
            server.state.withLock { state in state.trouble = result.map { (state.requests.count + request, $0) } }
        }
    }

    private static let file = (1...50).map {
        "\($0 % 5 == 0 ? "x 2026-01-01 " : "")Task \($0) +P\($0 % 3) @t due:2026-12-0\(1 + $0 % 9)"
    }
    .joined(separator: "\n")

    @Test func importsTellsAndImportsNothingTwice() async throws {
        let program = try Program()
        let path = try program.file("todo.txt", Self.file + "\nt:2026-01-01\n")
        let dry = await program.run("import", path, "--dry-run")
        #expect(dry.status == .done && dry.output.hasSuffix("Would import 51 tasks, 3 new lists, 0 failed.\n"))
        #expect(dry.output.contains("make list P1\n") && dry.output.contains("add Task 5 +P2 (done)\n"))
        #expect(program.server.requests.allSatisfy { $0.hasPrefix("GET") })

        let first = await program.run("import", path)
        #expect(
            first.status == .done && first.output.hasPrefix("Imported 51 tasks in ")
                && first.output.contains("/s), 3 lists were made, 0 failed.\n"))
        #expect(first.error.hasPrefix("\(path) seems to be todo.txt.\n"))
        #expect(first.error.contains("times of creation, change and completion of 10 tasks are not kept"))
        let tasks = program.server.tasks
        #expect(tasks.count == 51 && tasks.count(where: \.done) == 10 && Set(tasks.map(\.title)).count == 51)

        let second = await program.run("import", path, "--quiet")
        #expect(second.status == .done && second.output == "" && second.error == "" && program.server.tasks == tasks)
        let third = await program.run("import", path, "--verbose")
        #expect(third.output.contains("Imported 0 tasks") && third.output.contains("51 were there already"))
    }

    /// Wherever it ends, the same import again does the rest: each task once, the done ones done.
    @Test(arguments: [0, 1, 4, 5, 7, 20, 33, 59, 62])
    func goesOnAfterATrouble(_ after: Int) async throws {
        for (result, status) in [
            (
                Result<HTTPResponse, HTTPError>.failure(.interrupted(reason: "the server closed the connection")),
                CommandStatus.unreachable
            ),
            (
                .success(
                    HTTPResponse(status: 401, body: Array(#"{"type":"about:blank","title":"Unauthorized","status":401}"#.utf8))),
                .loginNeeded
            ),
            (
                .success(HTTPResponse(status: 500, body: Array(#"{"type":"about:blank","title":"Broken","status":500}"#.utf8))),
                .failed
            ),
        ] {
            let program = try Program()
            let path = try program.file("todo.txt", Self.file)
            program.fail(at: 5 + after, result)
            let broken = await program.run("import", path)
            #expect(broken.status == status)
            #expect(
                after < 3 || broken.error.contains("of the file are left. The same command again goes on.")
                    || broken.error.contains("is left"))
            program.fail(at: 0, nil)
            let again = await program.run("import", path)
            #expect(again.status == .done)
            let tasks = program.server.tasks
            #expect(Set(tasks.map(\.title)).count == 50 && tasks.count == 50 && tasks.count(where: \.done) == 10)
            #expect(program.server.state.withLock { $0.lists.count } == 4)
        }
    }

    @Test(arguments: [0, 10, 70, 140])
    func anInterruptedImportEndsWhatHasBegun(_ looks: Int) async throws {
        let server = FakeServer(), left = Mutex(looks)
        var configuration = ClientConfiguration()
        configuration.token = "t"
        let client = try TodoClient(configuration: configuration, sender: server, retries: RetryPolicy(wait: { _ in }))
        let plan = ImportPlan(try content(Self.file, .todotxt))
        let tally = await Importer(
            plan, client: client,
            isInterrupted: {
                left.withLock { left in
                    left -= 1
                    return left < 0
                }
            }
        ).run()
        let tasks = server.tasks
        #expect(tally.isInterrupted == (looks < 80) && tally.stop == nil && tally.failures.isEmpty)
        let lists = try await client.lists()
        let rest = ImportPlan(try content(Self.file, .todotxt), lists: lists, tasks: tasks)
        #expect(rest.present == tally.added.count && rest.steps.count == 50 - tally.added.count)
    }

    @Test func badLinesAreToldAndTheOthersImported() async throws {
        let program = try Program()
        let path = try program.file("a.csv", "title,due,priority\none,2026-11-22,1\ntwo,soon,\n,,2\nthree,,9\nfour,,\n")
        let outcome = await program.run("import", path)
        #expect(outcome.status == .failed && outcome.output.hasSuffix(", 3 failed.\n"))
        #expect(
            outcome.error.contains(
                "line 3: not a day like 2026-11-22: soon\nline 4: the task has no title\nline 5: not a priority"))
        #expect(program.server.tasks.map(\.title).sorted() == ["four", "one"])
    }

    @Test func idsOfOthersAreReplacedOnce() async throws {
        let program = try Program()
        let id = try #require(UUID(uuidString: "edf11e70-502c-4a22-be0b-74ddd3ec6a2c"))
        program.server.state.withLock { $0.foreignIDs = [id] }
        let path = try program.file("t.json", #"[{"description":"a","uuid":"\#(id.lowercase)","status":"completed"}]"#)
        let first = await program.run("import", path)
        #expect(first.status == .done && first.error.contains("1 task got new ids: somebody else on this server has theirs\n"))
        let tasks = program.server.tasks
        #expect(tasks.map(\.done) == [true] && tasks[0].id != id)
        #expect(await program.run("import", path).output.contains("1 was there already"))
        #expect(program.server.tasks == tasks)
    }

    @Test func answersInJSON() async throws {
        let program = try Program()
        let path = try program.file("todo.txt", "a +P\nx b\n")
        let outcome = await program.run("import", path, "--json")
        let report = try Wire.decode([String: JSONValue].self, from: outcome.output.utf8)
        #expect(outcome.error == "" && Set(report.keys) == Set(importFields))
        #expect(report["added_count"] == 2 && report["lists_added"] == .array(["P"]) && report["complete"] == true)
        #expect(await program.run("import", path, "--json=present").output == "{\"present\":2}\n")
    }

    @Test func whatCanNotBeReadIsSaid() async throws {
        let program = try Program()
        let missing = await program.run("import", program.folder + "/none.txt")
        #expect(missing.status == .failed && missing.error.contains("none.txt: No such file or directory."))
        let binary = try program.file("a.bin", "\u{1}\u{2}")
        #expect(await program.run("import", binary).error.contains("Say it with --format"))
        #expect(await program.run("import", binary, "--format", "xml").status == .usage)
        #expect(program.server.requests.isEmpty)
    }

    @Test func exportsToFilesOfTheOwner() async throws {
        let program = try Program()
        let path = try program.file("todo.txt", Self.file)
        _ = await program.run("import", path)
        for name in ["out.json", "out.csv", "out.txt"] {
            let target = "\(program.folder)/\(name)"
            let outcome = await program.run("export", "--output", target)
            #expect(outcome.status == .done && outcome.output.hasPrefix("Exported 50 tasks to \(target), as "))
            let attributes = try FileManager.default.attributesOfItem(atPath: target)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            // What was exported is all there.
            #expect(await program.run("import", target).output.contains("50 were there already"))
        }
        #expect(await program.run("export", "--output", program.folder + "/x.doc").status == .usage)
        #expect(await program.run("export", "--output", program.folder + "/none/x.csv").status == .failed)
        #expect(await program.run("export").output.hasPrefix("{\"version\":1,\n\"lists\":[\n"))
    }
}

/// Of `todo import --json`: none is ever removed or renamed.
private let importFields = [
    "format", "dry_run", "complete", "added", "added_count", "finished", "present", "changed", "deleted_here", "failed",
    "lists_added", "losses",
]
