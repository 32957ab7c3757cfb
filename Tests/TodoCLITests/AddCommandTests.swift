import Curl
import Testing
import TodoCLI
import TodoCore

@Suite struct AddCommandTests {
    /// What the words and options make of a draft, without its id.
    private func draft(_ arguments: String...) async throws -> TaskDraft {
        let program = TestProgram()
        try program.api.expect("POST /tasks", status: 201, task(1, "x"))
        let outcome = await program.run(["add"] + arguments)
        #expect(outcome.status == .done, "\(outcome)")
        var draft = try Wire.decode(TaskDraft.self, from: try #require(program.api.requests[0].body))
        draft.id = nil
        return draft
    }

    @Test func wordsOfTheTitleSaySomething() async throws {
        let friday = LocalDate(year: 2026, month: 11, day: 27)
        #expect(
            try await draft("Pay rent due:fri p:high +home @work")
                == TaskDraft(title: "Pay rent", list: "HOME", dueOn: friday, priority: 3, tags: ["work"]))
        #expect(
            try await draft("--raw", "Pay", "rent", "due:fri", "p:high", "+home", "@work")
                == TaskDraft(title: "Pay rent due:fri p:high +home @work"))
        #expect(try await draft(#"Learn \@property"#) == TaskDraft(title: "Learn @property"))
    }

    @Test func optionsWinOverWords() async throws {
        let day = LocalDate(year: 2026, month: 12, day: 24)
        #expect(
            try await draft(
                "Pay due:fri p:high +home @work", "--due", "24.12.", "-p", "low", "-l", "web", "-t", "a", "-t", "work")
                == TaskDraft(title: "Pay", list: "WEB", dueOn: day, priority: 1, tags: ["work", "a"]))
        #expect(try await draft("Pay +home", "--list", "inbox").list == nil)
    }

    @Test func wordsThatCanNotBeMeantAreTold() async throws {
        let outcome = await TestProgram().run("add", "x due:frx p:urgent")
        #expect(outcome.status == .usage && outcome.output == "")
        #expect(outcome.error.contains("due:frx names no day") && outcome.error.contains("p:urgent is no priority"))
        #expect(await TestProgram().run("add", "due:fri").error == "todo: The title must not be empty.\n")
        #expect(
            await TestProgram().run(["add", "x"] + (0...20).flatMap { ["--tag", "t\($0)"] }).error.contains("at most 20 tags"))
    }

    @Test func aListThatIsNotThereSaysHowToMakeIt() async throws {
        let program = TestProgram()
        let problem = Problem(
            title: "T", status: 422, errors: [.init(loc: ["body", "list"], msg: "there is no list NIX", type: "no_such_list")])
        try program.api.expect("POST /tasks", problem: problem)
        #expect(
            await program.run("add", "x", "+nix")
                == .init(output: "", error: "todo: There is no list NIX.\nMake it: todo lists add KEY NAME\n", status: .notFound))
    }

    @Test func whatWasUnderstoodIsSafeToSee() async throws {
        let program = TestProgram()
        try program.api.expect(
            "POST /tasks", status: 201, task(1, "a\u{1B}[2J", due: "2027-11-27", priority: 2, tags: ["b\u{9B}"]))
        #expect(
            await program.run("add", "x").output
                == "Added 1: a\u{FFFD}[2J (due Sat 27 Nov 2027, priority medium, tag @b\u{FFFD})\n")
    }
}
