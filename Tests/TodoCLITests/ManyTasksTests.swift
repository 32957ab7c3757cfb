import Curl
import Testing
import TodoCLI
import TodoCore

@Suite struct ManyTasksTests {
    private static let notFound = Problem(title: "Not Found", status: 404, detail: "There is no such task.")
    private static let conflict = Problem(title: "Conflict", status: 409, detail: "Taken.")
    private static let unauthorized = Problem(title: "Unauthorized", status: 401)

    @Test func rangesAndSingleTasksAreDoneOnceEachInTheirOrder() async throws {
        let program = TestProgram()
        for number in 3...5 { try program.api.expect("PATCH /tasks/\(number)", task(number, "t\(number)", done: true)) }
        for number in 7...9 {
            try program.api.expect("PATCH /tasks/WEB-\(number)", task(number, "w\(number)", list: "WEB", done: true))
        }
        let outcome = await program.run("done", "3-5", "4", "web-7..8", "WEB-8-9", "WEB-7..WEB-8")
        #expect(
            outcome.output
                == "Done 3: t3\nDone 4: t4\nDone 5: t5\nDone WEB-7: w7\nDone WEB-8: w8\nDone WEB-9: w9\n")
        #expect(outcome.status == .done && outcome.error == "")
        #expect(try program.api.body(0) == #"{"done":true}"#)
        try program.api.expect("PATCH /tasks/1", task(1, "a"))
        #expect(await program.run("undone", "1").output == "Reopened 1: a\n")
        #expect(try program.api.body(6) == #"{"done":false}"#)
    }

    @Test(arguments: [
        "6-3", "1-1001", "3-", "..3", "3..", "WEB-", "WEB-3..HOME-4", "3..WEB-4", "0-2", "3-4-5", "a..b", "3...5",
        "999999999-1000000000",
    ])
    func whatIsNoRangeIsWrongUsage(text: String) async {
        let outcome = await TestProgram().run("done", "--", text)
        #expect(outcome.status == .usage && outcome.output == "" && outcome.error.hasPrefix("todo: "), "\(outcome)")
    }

    @Test func atMostAThousandAtOnce() async {
        let outcome = await TestProgram().run("done", "1-600", "601-1001")
        #expect(outcome.status == .usage && outcome.error.contains("at most 1000 tasks"))
    }

    @Test func eachFailureIsToldAndTheWorstCounts() async throws {
        let program = TestProgram()
        try program.api.expect("PATCH /tasks/1", task(1, "a", done: true))
        try program.api.expect("PATCH /tasks/2", problem: Self.conflict)
        try program.api.expect("PATCH /tasks/3", problem: Self.notFound)
        try program.api.expect("PATCH /tasks/4", problem: Problem(title: "Oops", status: 500))
        try program.api.expect("PATCH /tasks/5", task(5, "e", done: true))
        #expect(
            await program.run("done", "1-5")
                == .init(
                    output: "Done 1: a\nDone 5: e\n",
                    error: "todo: 2: Taken.\ntodo: 3: There is no such task.\n"
                        + "todo: 4: The server has a problem: Oops.\nTry again in a moment.\n",
                    status: .conflict))
        try program.api.expect("PATCH /tasks/3", problem: Self.notFound)
        try program.api.expect("PATCH /tasks/4", problem: Problem(title: "Oops", status: 500))
        #expect(await program.run("done", "4", "3").status == .notFound)
    }

    @Test func aLoginThatEndsInTheMiddleEndsIt() async throws {
        let program = TestProgram()
        try program.api.expect("PATCH /tasks/1", task(1, "a", done: true))
        try program.api.expect("PATCH /tasks/2", problem: Self.unauthorized)
        // Whether the third is under way when the second fails is a matter of chance.
        program.api.allow("PATCH /tasks/3", .success(HTTPResponse(status: 200, body: try Wire.encode(task(3, "c", done: true)))))
        let outcome = await program.run("done", "1-3")
        let isThirdDone = outcome.output.hasSuffix("Done 3: c\n")
        #expect(
            outcome
                == .init(
                    output: "Done 1: a\n" + (isThirdDone ? "Done 3: c\n" : ""),
                    error: "todo: Your login at http://todo.test has expired or is not valid.\nRun: todo login EMAIL\n"
                        + "Not done: \(isThirdDone ? "2" : "2 3")\n",
                    status: .loginNeeded))
    }

    @Test func withoutAServerFewAreTried() async throws {
        let program = TestProgram()
        for number in 1...8 {
            program.api.allow(
                "PATCH /tasks/\(number)", .failure(.unreachable(.nameNotFound, reason: "no address is known for this name")))
        }
        let outcome = await program.run(["done", "1-40", "--json"])
        #expect(outcome.status == .unreachable && outcome.output == "[]\n")
        #expect(outcome.error.split(separator: "\n").count == 1 && outcome.error.contains(#""not_done":["1","2","3","#))
        #expect(outcome.error.contains(#""39","40"]"#))
    }

    @Test func jsonOfManyIsAnArrayOrLines() async throws {
        let program = TestProgram()
        func expect() throws {
            try program.api.expect("PATCH /tasks/1", task(1, "a", done: true))
            try program.api.expect("PATCH /tasks/2", problem: Self.notFound)
            try program.api.expect("PATCH /tasks/3", task(3, "c", done: true))
        }
        try expect()
        let array = await program.run("done", "1-3", "--json=reference,title")
        #expect(array.output == #"[{"reference":"1","title":"a"},{"reference":"3","title":"c"}]"# + "\n")
        #expect(array.status == .notFound && array.error.contains(#""reference":"2""#))
        try expect()
        let lines = await program.run("done", "1-3", "--ndjson")
        let tasks = try lines.output.split(separator: "\n").map { try Wire.decode(TodoTask.self, from: $0.utf8) }
        #expect(tasks == [task(1, "a", done: true), task(3, "c", done: true)])
        try expect()
        #expect(await program.run("done", "1-3", "--quiet").output == "1\n3\n")
    }

    // MARK: One task a line

    private static func added(_ program: TestProgram, _ count: Int) {
        for _ in 0..<count {
            program.api.expect("POST /tasks") { request in
                let draft = try Wire.decode(TaskDraft.self, from: request.body ?? [])
                let number = Int(draft.title.filter(\.isNumber)) ?? 0
                return (201, try Wire.encode(task(number, draft.title, list: draft.list, tags: draft.tags ?? [])))
            }
        }
    }

    @Test func addReadsOneTaskALine() async throws {
        let program = TestProgram(
            lines: ["one 1", "", "  \t", "two 2 @x", "bad due:frx", "three 3"] + (4...30).map { "t \($0)" })
        Self.added(program, 30)
        let outcome = await program.run("add", "-", "--tag", "all", "--list", "web")
        let rest = (4...30).map { "Added WEB-\($0): t \($0) (list WEB, tag @all)\n" }.joined()
        #expect(
            outcome.output
                == "Added WEB-1: one 1 (list WEB, tag @all)\nAdded WEB-2: two 2 (list WEB, tag @x, tag @all)\n"
                + "Added WEB-3: three 3 (list WEB, tag @all)\n" + rest)
        #expect(outcome.error.hasPrefix("todo: line 5: due:frx names no day"), "\(outcome.error)")
        #expect(outcome.status == .failed)
    }

    @Test func addOfLinesInJSON() async throws {
        let program = TestProgram(lines: ["a 1", "\u{1B}", "b 2"])
        Self.added(program, 2)
        let outcome = await program.run("add", "-", "--json=title")
        #expect(outcome.output == #"[{"title":"a 1"},{"title":"b 2"}]"# + "\n" && outcome.status == .failed)
        #expect(outcome.error.contains(#""line":2"#) && outcome.error.contains(#""exit_status":1"#))
        let raw = TestProgram(lines: ["x 1 due:fri @home"])
        Self.added(raw, 1)
        #expect(await raw.run("add", "-", "--raw").output == "Added 1: x 1 due:fri @home\n")
        #expect(await TestProgram().run("add", "-") == .init(output: "", error: "", status: .done))
        #expect(await TestProgram().run("add", "-", "--json").output == "[]\n")
    }

    @Test func aServerThatGoesEndsTheReading() async throws {
        let program = TestProgram(lines: (1...100).map { "t \($0)" })
        for _ in 1...8 { program.api.allow("POST /tasks", .failure(.unreachable(.tls, reason: "x"))) }
        let outcome = await program.run("add", "-")
        #expect(outcome.status == .unreachable && outcome.error.hasPrefix("todo: line 1: Can't"))
    }
}
