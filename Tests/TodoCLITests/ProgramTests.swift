import Curl
import Testing
import TodoCLI
import TodoCore

@Suite struct ProgramTests {
    @Test(arguments: [
        (["lst"], "Did you mean: todo ls"), (["dnoe", "3"], "Did you mean: todo done"), (["ad", "x"], "Did you mean: todo add"),
        (["lits", "--json"], "Did you mean: todo lists"), (["lists", "rn"], "Did you mean: todo lists rm"),
        (["account", "delet"], "Did you mean: todo account delete"), (["regis"], "Did you mean: todo register"),
        (["frobnicate"], "See what there is: todo --help"), (["account", "x"], "See what there is: todo account --help"),
    ])
    func aCommandThatIsNoneGetsAHint(arguments: [String], hint: String) async {
        let outcome = await TestProgram().run(arguments)
        #expect(outcome.status == .usage && outcome.output == "" && outcome.error.contains(hint), "\(outcome)")
    }

    @Test(arguments: [
        (["NO_COLOR": "1", "CLICOLOR_FORCE": "1"], true, false), (["CLICOLOR_FORCE": "1"], false, true),
        (["CLICOLOR_FORCE": "0"], false, false), (["CLICOLOR": "0"], true, false), (["CLICOLOR": "1"], true, true),
        (["CLICOLOR": "1"], false, false), (["TERM": "dumb"], true, false),
        (["TERM": "dumb", "CLICOLOR_FORCE": "1"], true, true),
        (["NO_COLOR": ""], true, true), ([:], true, true), ([:], false, false),
    ])
    func coloursFollowTheEnvironment(variables: [String: String], terminal: Bool, colours: Bool) async throws {
        let program = TestProgram(
            terminal: terminal,
            environment: variables.merging(["TODO_TOKEN": "t", "TODO_URL": "http://todo.test"]) { given, _ in given })
        try program.api.expect(allTasks, [task(1, "a")])
        #expect(await program.run("ls").output.contains("\u{1B}") == colours)
        try program.api.expect("GET /tasks/1", problem: Problem(title: "T", status: 404))
        #expect(await program.run("show", "1").error.contains("\u{1B}") == colours)
    }

    @Test func verboseShowsRequestsWithoutSecrets() async throws {
        let program = TestProgram(environment: ["TODO_TOKEN": "s3cret", "TODO_URL": "http://todo.test"])
        try program.api.expect("PATCH /tasks/1", task(1, "a"))
        let outcome = await program.run("done", "1", "-v")
        #expect(outcome.output == "Done 1: a\n" && !outcome.error.contains("s3cret"))
        #expect(outcome.error.hasPrefix("> PATCH /api/v1/tasks/1 -> 200 in ") && outcome.error.hasSuffix(" bytes)\n"))
    }

    @Test func theTUIGetsWhatFollows() async {
        let program = TestProgram()
        let outcome = await program.run("tui", "--", "--help", "x")
        #expect(program.started == [["todo-tui", "--help", "x"]])
        #expect(outcome.status == .failed && outcome.error.hasPrefix("todo: Can't start todo-tui: there is none.\n"))
    }

    @Test(arguments: ["bash", "zsh", "fish"]) func completionKnowsTheCommands(shell: String) async {
        let outcome = await TestProgram().run("completion", shell)
        #expect(outcome.status == .done && outcome.output.contains("undone") && outcome.output.contains("time-zone"))
        #expect(!outcome.output.contains("json-fields"))
        #expect(await TestProgram().run("completion", "tcsh").status == .usage)
    }

    @Test func daysAreWordsEverywhere() async throws {
        let program = TestProgram()
        let queries: [([String], String)] = [
            (["--due-before", "fri", "--due-after", "yesterday"], "due_before=2026-11-27&due_after=2026-11-21"),
            (["--today"], "done=false&due_before=2026-11-23&due_after=2026-11-21"),
            (["--overdue"], "done=false&due_before=2026-11-22"), (["--today", "--overdue"], "done=false&due_before=2026-11-23"),
            (["--today", "--all"], "due_before=2026-11-23&due_after=2026-11-21"),
            (["--overdue", "--done"], "done=true&due_before=2026-11-22"), (["--sort", "-due"], "sort=-due"),
        ]
        for (arguments, query) in queries {
            let parts = query.split(separator: "&")
            let sorted = parts.filter { !$0.hasPrefix("sort") } + parts.filter { $0.hasPrefix("sort") }
            try program.api.expect("GET /tasks?\(sorted.joined(separator: "&"))&limit=1000", [TodoTask]())
            _ = await program.run(["ls"] + arguments)
        }
        #expect(await program.run("ls", "--today", "--due-before", "fri").status == .usage)
        #expect(await program.run("ls", "--sort", "size").error.contains("sort by one of created"))
        try program.api.expect("PATCH /tasks/1", task(1, "a"))
        _ = await program.run("edit", "1", "--due", "Next-Fri")
        #expect(try program.api.body(queries.count) == #"{"due_on":"2026-11-27"}"#)
    }

    @Test func aLimitAsksForNoMoreThanItShows() async throws {
        let program = TestProgram(terminal: true)
        let headers: HTTPHeaders = ["Link": "</tasks?cursor=c>; rel=\"next\"", "X-Total-Count": "9"]
        try program.api.expect("GET /tasks?limit=2", headers: headers, [task(1, "a"), task(2, "b")])
        #expect(await program.run("ls", "--limit", "2").output.contains("2 open, 0 done, 2 of 9 shown"))
        try program.api.expect("GET /tasks?limit=3", headers: headers, [task(1, "a"), task(2, "b")])
        try program.api.expect("GET /tasks?cursor=c", headers: headers, [task(3, "c"), task(4, "d")])
        #expect(
            await program.run("ls", "--limit", "3", "--json=number").output == #"[{"number":1},{"number":2},{"number":3}]"# + "\n"
        )
        #expect(await program.run("ls", "--limit", "0").status == .usage)
    }
}
