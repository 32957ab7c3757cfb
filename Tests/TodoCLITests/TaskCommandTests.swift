import Curl
import Testing
import TodoCLI
import TodoCore

@Suite struct TaskCommandTests {
    private static let notFound = Problem(title: "Not Found", status: 404, detail: "There is no such task.")

    @Test func addSendsWhatWasSaidAndAnIdOfItsOwn() async throws {
        let program = TestProgram()
        try program.api.expect("POST /tasks", status: 201, task(1, "Buy  milk", due: "2026-11-27"))
        #expect(
            await program.run(
                "add", "Buy", "milk", "--due", "tomorrow", "-p", "2", "--tag", "@home", "-t", "a/b", "--list", "web", "--notes",
                "x")
                == .init(output: "Added 1: Buy  milk (due Fri 27 Nov)\n", error: "", status: .done))
        let draft = try Wire.decode(TaskDraft.self, from: try #require(program.api.requests[0].body))
        #expect(draft.id != nil)
        #expect(draft.title == "Buy milk" && draft.list == "WEB" && draft.notes == "x" && draft.priority == 2)
        #expect(draft.dueOn == LocalDate(year: 2026, month: 11, day: 23) && draft.tags == ["home", "a/b"])
    }

    @Test func addAnswersInEveryForm() async throws {
        let program = TestProgram()
        try program.api.expect("POST /tasks", status: 201, task(1, "x", list: "WEB"))
        #expect(await program.run("add", "x", "--quiet").output == "WEB-1\n")
        try program.api.expect("POST /tasks", status: 201, task(1, "x"))
        let json = await program.run("add", "--json", "x").output
        #expect(try Wire.decode(TodoTask.self, from: json.utf8) == task(1, "x"))
        try program.api.expect("POST /tasks", status: 201, task(1, "-5 degrees --json"))
        #expect(await program.run("add", "--", "-5", "degrees", "--json").output == "Added 1: -5 degrees --json\n")
    }

    @Test func doneInJSONIsAnArray() async throws {
        let program = TestProgram()
        try program.api.expect("PATCH /tasks/1", task(1, "a", done: true))
        try program.api.expect("PATCH /tasks/2", problem: Self.notFound)
        let outcome = await program.run("done", "1", "2", "--json")
        #expect(try Wire.decode([TodoTask].self, from: outcome.output.utf8) == [task(1, "a", done: true)])
        #expect(outcome.status == .notFound && outcome.error.hasPrefix(#"{"error":{"code":"not_found","exit_status":3,"#))
    }

    @Test func showTellsAll() async throws {
        let program = TestProgram()
        let shown = task(
            12, "Buy milk", list: "WEB", done: true, notes: "one\n\ntwo\tthree", due: "2026-11-30", priority: 1,
            tags: ["a", "b"],
            version: 2)
        try program.api.expect("GET /tasks/WEB-12", shown)
        #expect(
            await program.run("show", "WEB-12").output == """
                WEB-12  [x] Buy milk
                  list      WEB
                  due       2026-11-30
                  priority  1 !
                  tags      @a @b
                  created   2026-09-21 14:13
                  changed   2026-09-21 14:13
                  done      2026-09-21 14:13
                  id        01890000-0000-7000-8000-000000000002

                  one

                  two    three

                """)
    }

    @Test func rmAsksOnATerminal() async throws {
        for (answer, deletes) in [("y", true), ("YES", true), ("n", false), ("", false)] {
            let program = TestProgram(terminal: true, lines: [answer])
            let doomed = task(1, "old\u{1B}[2J")
            try program.api.expect("GET /tasks/1", doomed)
            if deletes { try program.api.expect("DELETE /tasks/\(doomed.id.lowercase)", status: 204, "") }
            let outcome = await program.run("rm", "1")
            #expect(outcome.error == "Delete 1: old\u{FFFD}[2J? [y/N] ")
            #expect(outcome.output == (deletes ? "Deleted 1: old\u{FFFD}[2J\n" : "") && outcome.status == .done)
        }
    }

    @Test func rmDoesNotAskAPipe() async throws {
        let program = TestProgram()
        let outcome = await program.run("rm", "1")
        #expect(
            outcome.status == .usage && outcome.error == "todo: There is nobody to ask. Say --yes to delete without a question.\n"
        )
        try program.api.expect("GET /tasks/1", task(1, "a"))
        try program.api.expect("DELETE /tasks/\(task(1, "a").id.lowercase)", status: 204, "")
        #expect(await program.run("rm", "1", "--yes").output == "Deleted 1: a\n")
        try program.api.expect("POST /tasks/1/restore", task(1, "a"))
        #expect(await program.run("restore", "1").output == "Restored 1: a\n")
    }

    @Test func editChangesOnlyWhatIsNamed() async throws {
        let program = TestProgram()
        let cases: [([String], String)] = [
            (["--title", "New"], #"{"title":"New"}"#), (["--due", "none"], #"{"due_on":null}"#),
            (["--due", "today", "-p", "0"], #"{"due_on":"2026-11-22","priority":0}"#), (["--list", "inbox"], #"{"list":null}"#),
            (["--list", "web", "--notes", ""], #"{"list":"WEB","notes":""}"#),
        ]
        for (index, (arguments, body)) in cases.enumerated() {
            try program.api.expect("PATCH /tasks/1", task(1, "New"))
            _ = await program.run(["edit", "1", "--json"] + arguments)
            #expect(try program.api.body(index) == body)
        }
        #expect(await program.run("edit", "1").status == .usage)
    }

    @Test func tagsAreChangedOnWhatTheServerHas() async throws {
        let program = TestProgram()
        let id = task(1, "x").id.lowercase
        try program.api.expect("GET /tasks/1", task(1, "x", tags: ["a", "b"], version: 3))
        try program.api.expect(
            "PATCH /tasks/\(id)",
            problem: Problem(title: "Changed", status: 412, current: task(1, "x", tags: ["a", "b", "c"], version: 4)))
        try program.api.expect("PATCH /tasks/\(id)", task(1, "x"))
        #expect(await program.run("edit", "1", "--tag", "d", "--untag", "a").output == "Changed 1: x\n")
        #expect(program.api.requests.map { $0.headers["If-Match"] } == [nil, "\"3\"", "\"4\""])
        #expect(try program.api.body(1) == #"{"tags":["b","d"]}"# && program.api.body(2) == #"{"tags":["b","c","d"]}"#)
    }
}
