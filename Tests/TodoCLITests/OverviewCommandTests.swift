import Curl
import FoundationEssentials
import Testing
import TodoCLI
import TodoClient
import TodoCore

@Suite struct OverviewCommandTests {
    private static let user = User(
        id: UUID(), email: "me@x.org", timeZone: "Europe/Berlin", digestEnabled: false, createdAt: Date(timeIntervalSince1970: 0))
    private static let web = TodoList(id: UUID(), key: "WEB", name: "The website", createdAt: Date(timeIntervalSince1970: 0))

    /// Days up to Sunday 2026-11-22.
    private static func stats(_ done: [Int]) throws -> TaskStats {
        let last = try #require(LocalDate(year: 2026, month: 11, day: 22))
        let days = try done.enumerated().map { index, count in
            TaskStats.Day(date: try #require(last.adding(days: index + 1 - done.count)), done: count)
        }
        return TaskStats(total: 12, done: 5, undone: 7, overdue: 2, dueToday: 0, donePerDay: days)
    }

    @Test func statsDrawsTheLastWeeks() async throws {
        let program = TestProgram()
        try program.api.expect("GET /stats", try Self.stats([9, 0, 1, 2, 3, 4, 6, 0, 0, 1, 0, 0, 8, 0, 0, 16]))
        #expect(
            await program.run("stats").output == """
                open         7
                  overdue    2
                  due today  0
                done         5
                in all      12

                done per day, 50 in the last 3 weeks
                16 ┤                      █
                   │     ▂                █
                   │     █      ▄      █  █
                 0 ┼     █  ▂▄▆██   ▂  █  █
                    2 Nov   9 Nov   16 Nov

                """)
    }

    @Test func statsFitsTheTerminal() async throws {
        for width in [12, 20, 40, 79, 200] {
            let program = TestProgram(terminal: true, width: width)
            try program.api.expect("GET /stats", try Self.stats((0..<366).map { $0 % 5 }))
            let output = await program.run("stats").output.replacing("\u{1B}[32m", with: "").replacing("\u{1B}[31m", with: "")
                .replacing("\u{1B}[0m", with: "")
            let chart = output.split(separator: "\n").drop { !$0.contains("┤") }
            #expect(chart.count == 5 && chart.allSatisfy { DisplayWidth.of($0) <= max(width, 14) }, "\(width):\n\(output)")
        }
        let nothing = TestProgram()
        try nothing.api.expect("GET /stats", try Self.stats([0, 0, 0]))
        #expect(await !nothing.run("stats").output.contains("┤"))
    }

    @Test func listsShowTheirKeysAndNames() async throws {
        let inbox = TodoList(id: UUID(), key: nil, name: "Inbox", createdAt: Date(timeIntervalSince1970: 0))
        for (arguments, output) in [
            (["lists"], "inbox  Inbox\nWEB    The website\n"), (["lists", "-q"], "inbox\nWEB\n"),
            (["lists", "--json=key,name"], #"[{"key":null,"name":"Inbox"},{"key":"WEB","name":"The website"}]"# + "\n"),
            (["lists", "--ndjson", "--json=key"], "{\"key\":null}\n{\"key\":\"WEB\"}\n"),
        ] {
            let program = TestProgram()
            try program.api.expect("GET /lists", [inbox, Self.web])
            #expect(await program.run(arguments).output == output)
        }
        let terminal = TestProgram(terminal: true, width: 17)
        try terminal.api.expect("GET /lists", [Self.web])
        #expect(await terminal.run("lists").output == "\u{1B}[36mWEB\u{1B}[0m  The website\n")
    }

    @Test func listsAreMadeRenamedAndDeleted() async throws {
        let program = TestProgram()
        try program.api.expect("POST /lists", status: 201, Self.web)
        #expect(await program.run("lists", "add", "web", "The", "website").output == "Added list WEB (The website)\n")
        #expect(try program.api.body(0) == #"{"key":"WEB","name":"The website"}"#)
        try program.api.expect("PATCH /lists/WEB", Self.web)
        #expect(await program.run("lists", "rename", "web", "--key", "x", "-q").output == "WEB\n")
        #expect(try program.api.body(1) == #"{"key":"X"}"#)
        try program.api.expect("GET /lists", [Self.web])
        try program.api.expect("DELETE /lists/WEB", problem: Problem(title: "Has tasks", status: 409))
        #expect(
            await program.run("lists", "rm", "web", "--yes")
                == .init(
                    output: "",
                    error: "todo: The list WEB has tasks. Delete them first, or say --move to move them to the inbox.\n",
                    status: .conflict))
        #expect(await program.run("lists", "rm", "web").error.contains("--yes"))
        for arguments in [["lists", "rename", "web"], ["lists", "add", "1x"], ["lists", "add", "web", " "], ["lists", "rm"]] {
            #expect(await program.run(arguments).status == .usage, "\(arguments)")
        }
        let asked = TestProgram(terminal: true, lines: ["y"])
        try asked.api.expect("GET /lists", [Self.web])
        try asked.api.expect("DELETE /lists/WEB?tasks=move", status: 204, "")
        let outcome = await asked.run("lists", "rm", "web", "--move")
        #expect(outcome.error == "Delete list WEB (The website) and move its tasks to the inbox? [y/N] ")
        #expect(outcome.output == "Deleted list WEB (The website)\n")
    }

    @Test func theAccountIsShownAndChanged() async throws {
        let program = TestProgram(lines: ["old passw0rd", "new passw0rd"])
        try program.api.expect("GET /me", Self.user)
        #expect(
            await program.run("account").output == """
                email      me@x.org
                server     http://todo.test
                time zone  Europe/Berlin
                digest     off
                since      1970-01-01 00:00

                """)
        for (index, (arguments, body, words)) in [
            (["time-zone", "Europe/Berlin"], #"{"time_zone":"Europe/Berlin"}"#, "Time zone: Europe/Berlin\n"),
            (["time-zone", "none"], #"{"time_zone":null}"#, "Time zone: Europe/Berlin\n"),
            (["digest", "off"], #"{"digest_enabled":false}"#, "The digest is off.\n"),
            (
                ["password", "--password-stdin"], #"{"current_password":"old passw0rd","password":"new passw0rd"}"#,
                "The password is changed.\n"
            ),
        ].enumerated() {
            try program.api.expect("PATCH /me", Self.user)
            #expect(await program.run(["account"] + arguments).output == words)
            #expect(try program.api.body(index + 1) == body)
        }
    }

    @Test func aWrongOldPasswordSaysSo() async throws {
        let program = TestProgram(terminal: true, secrets: [.text("wrong"), .text("new passw0rd"), .text("new passw0rd")])
        let field = Problem.Field(loc: ["body", "current_password"], msg: "is wrong", type: "wrong_password")
        try program.api.expect("PATCH /me", problem: Problem(title: "T", status: 422, errors: [field]))
        let outcome = await program.run("account", "password")
        #expect(outcome.status == .failed && outcome.error.contains("The old password is wrong. Nothing was changed."))
        #expect(program.prompts == ["Old password: ", "New password: ", "The same again: "])
    }

    @Test func anAccountIsDeletedOnlyByWhoTypesItsAddress() async throws {
        let asked = TestProgram(terminal: true, lines: ["you@x.org"])
        try asked.api.expect("GET /me", Self.user)
        let refused = await asked.run("account", "delete")
        #expect(
            refused.status == .usage && refused.error.contains("Type the email address: ")
                && refused.error.contains("Nothing was"))
        let typed = TestProgram(terminal: true, lines: ["Me@x.org"])
        try typed.api.expect("GET /me", Self.user)
        try typed.api.expect("DELETE /me", status: 204, "")
        #expect(await typed.run("account", "delete").output == "Deleted the account me@x.org.\n")
        #expect(await TestProgram().run("account", "delete").error.contains("--yes"))
        let script = TestProgram()
        try script.api.expect("GET /me", Self.user)
        try script.api.expect("DELETE /me", status: 204, "")
        #expect(await script.run("account", "delete", "--yes", "--json").output == #"{"deleted":"me@x.org"}"# + "\n")
    }

    @Test func watchShowsEachChange() async throws {
        let id = task(3, "x").id
        func event(_ kind: DomainEvent.Kind) throws -> String {
            let event = DomainEvent(occurredAt: Date(timeIntervalSince1970: 1_790_000_000), user: UUID(), kind: kind)
            return String(decoding: try Wire.encode(event), as: UTF8.self)
        }
        let changes: [String: DomainEvent.Change] = ["title": .init(from: "a", to: "b"), "reference": .init(from: "1", to: "2")]
        let feed = try """
        id: 7-1\n\nid: 7-2\ndata: \(event(.taskCreated(task: id, title: "Gone\u{1B}")))\n
        id: 7-3\ndata: \(event(.taskUpdated(task: id, changes: changes)))\n
        id: 7-4\nevent: reset\ndata: {}\n\n
        """
        func expect(_ program: TestProgram) throws {
            program.api.expect(
                "GET /events",
                .success(HTTPResponse(status: 200, headers: ["Content-Type": "text/event-stream"], body: Array(feed.utf8))))
            try program.api.expect("GET /events", problem: Problem(title: "T", status: 401))
        }
        let people = TestProgram()
        try expect(people)
        try people.api.expect("GET /tasks/\(id.lowercase)", problem: Problem(title: "T", status: 404))
        try people.api.expect("GET /tasks/\(id.lowercase)", task(3, "Ship it", list: "WEB"))
        let outcome = await people.run("watch")
        #expect(
            outcome.output
                == "14:13  Added Gone\u{FFFD}\n14:13  Changed WEB-3: Ship it (title)\n"
                + "Some changes are not known any more. See what there is now: todo ls\n")
        #expect(outcome.status == .loginNeeded && outcome.error.hasPrefix("The server at http://todo.test gave no answer"))

        let program = TestProgram()
        try expect(program)
        let lines = await program.run("watch", "--json=kind,cursor", "--since", "7-0").output
        #expect(
            lines == #"{"kind":"event","cursor":"7-2"}"# + "\n" + #"{"kind":"event","cursor":"7-3"}"# + "\n"
                + #"{"kind":"reset","cursor":"7-4"}"# + "\n")
        #expect(program.api.requests.map { $0.headers["Last-Event-ID"] } == ["7-0", "7-4"])
    }

    @Test func watchRefusesWhatIsNoCursor() async throws {
        let program = TestProgram()
        try program.api.expect("GET /events", problem: Problem(title: "T", status: 422))
        #expect(
            await program.run("watch", "--since", "x")
                == .init(
                    output: "", error: "todo: --since needs a cursor that todo watch --json gave, such as 7421-93.\n",
                    status: .usage))
    }
}
