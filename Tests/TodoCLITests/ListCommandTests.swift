import Testing
import TodoCLI
import TodoCore

@Suite struct ListCommandTests {
    private static let tasks = [
        task(12, "Buy milk", due: "2026-11-22", tags: ["home"]), task(3, "Call 中村さん", list: "WEB", done: true, priority: 2),
        task(2, "Ship it 👩‍👩‍👧", due: "2026-11-01", priority: 3, tags: ["work", "v2"]),
    ]

    @Test func openTasksComeFirstInColumns() async throws {
        let program = TestProgram()
        try program.api.expect(allTasks, Self.tasks)
        let outcome = await program.run("ls")
        #expect(
            outcome.output == """
                   12  [ ] Buy milk       2026-11-22       @home
                    2  [ ] Ship it 👩‍👩‍👧     2026-11-01  !!!  @work @v2
                WEB-3  [x] Call 中村さん              !!

                """)
        #expect(outcome.error == "" && outcome.status == .done)
    }

    @Test func jsonHasTheSameTasksNewestFirst() async throws {
        let program = TestProgram()
        try program.api.expect(allTasks, Self.tasks)
        let outcome = await program.run("ls", "--json")
        #expect(try Wire.decode([TodoTask].self, from: outcome.output.utf8) == Self.tasks)
        #expect(outcome.output.hasSuffix("]\n") && outcome.output.split(separator: "\n").count == 1)
    }

    @Test func quietHasReferencesOnly() async throws {
        let program = TestProgram()
        try program.api.expect(allTasks, Self.tasks)
        #expect(await program.run("ls", "-q").output == "12\n2\nWEB-3\n")
    }

    @Test func aTerminalGetsColoursItsWidthAndASum() async throws {
        let program = TestProgram(terminal: true, width: 34)
        try program.api.expect(allTasks, Array(Self.tasks.dropLast()))
        let outcome = await program.run("ls")
        #expect(
            outcome.output == "\u{1B}[36m   12\u{1B}[0m  [ ] Buy milk    \u{1B}[33m2026-11-22\u{1B}[0m      @home\n"
                + "\u{1B}[2mWEB-3  [x] Call 中村…              !!\u{1B}[0m\n" + "\u{1B}[2m1 open, 1 done\u{1B}[0m\n")
    }

    @Test(arguments: [["NO_COLOR": "1"], ["TERM": "dumb"]]) func coloursCanBeRefused(variables: [String: String]) async throws {
        let program = TestProgram(
            terminal: true, environment: variables.merging(["TODO_TOKEN": "t", "TODO_URL": "http://todo.test"]) { old, _ in old })
        try program.api.expect(allTasks, Self.tasks)
        #expect(await !program.run("ls").output.contains("\u{1B}"))
    }

    @Test func anEmptyListTeachesTheNextStep() async throws {
        let program = TestProgram(terminal: true)
        try program.api.expect(allTasks, [TodoTask]())
        #expect(
            await program.run("ls") == .init(output: "", error: "No tasks yet. Add one: todo add Buy milk\n", status: .done))
        try program.api.expect("GET /tasks?done=false&limit=1000", [TodoTask]())
        #expect(await program.run("ls", "--open").error == "No task matches. See them all: todo ls\n")
        try program.api.expect(allTasks, [TodoTask]())
        #expect(await program.run("ls", "--json") == .init(output: "[]\n", error: "", status: .done))
    }

    @Test func filtersReachTheServer() async throws {
        let program = TestProgram()
        try program.api.expect(
            "GET /tasks?done=true&list=WEB&tag=a&tag=b&priority=3&q=two%20words&due_before=2026-12-01&due_after=2026-11-21&limit=1000",
            [TodoTask]())
        _ = await program.run(
            "ls", "--done", "--list", "web", "-t", "@a", "-t", "b", "-p", "3", "--query", "two words", "--due-before",
            "2026-12-01", "--due-after", "2026-11-21")
        try program.api.expect("GET /tasks?list=inbox&deleted=true&limit=1000", [TodoTask]())
        _ = await program.run("list", "--list", "Inbox", "--deleted")
    }

    @Test func nothingThatSteersATerminalGetsThrough() async throws {
        let hostile = "\u{1B}]0;owned\u{7}a\u{9B}31m\rb\u{202E}c\u{7F}\nd"
        let evil = task(1, hostile, list: "\u{1B}[2J", notes: "one\n\u{1B}[2Jtwo\tthree", tags: [hostile])
        for arguments in [["ls"], ["ls", "--json"], ["show", "1"], ["show", "1", "--json"], ["ls", "-q"]] {
            let program = TestProgram()
            if arguments[0] == "ls" {
                try program.api.expect(allTasks, [evil])
            } else {
                try program.api.expect("GET /tasks/1", evil)
            }
            let outcome = await program.run(arguments)
            let unsafe = outcome.output.unicodeScalars.filter {
                ($0.value < 0x20 && $0 != "\n") || (0x7F..<0xA0).contains($0.value) || $0.value == 0x202E
            }
            #expect(unsafe.isEmpty, "\(arguments): \(outcome.output.debugDescription)")
            if arguments.contains("--json"), arguments[0] == "show" {
                #expect(try Wire.decode(TodoTask.self, from: outcome.output.utf8).title == hostile)
            }
        }
    }

    @Test func aReaderThatLeavesEndsItQuietly() async throws {
        let program = TestProgram(room: 40)
        try program.api.expect(allTasks, (1...9).map { task($0, "A task with some words") })
        let outcome = await program.run("ls")
        #expect(outcome.status == .done && outcome.error == "")
    }
}
