import Curl
import FoundationEssentials
import Testing
import TodoCLI
import TodoClient
import TodoCore

@Suite struct DryRunTests {
    @Test func tasksAreLookedAtAndNothingElse() async throws {
        for (command, words) in [("done", "tick off"), ("undone", "reopen"), ("rm", "delete")] {
            let program = TestProgram()
            try program.api.expect("GET /tasks/1", task(1, "a"))
            try program.api.expect("GET /tasks/2", problem: Problem(title: "There is no task 2", status: 404))
            #expect(
                await program.run(command, "1-2", "--dry-run")
                    == .init(output: "Would \(words) 1: a\n", error: "todo: 2: There is no task 2.\n", status: .notFound))
        }
    }

    @Test func jsonHasTheRequests() async throws {
        let program = TestProgram()
        try program.api.expect("GET /tasks/1", task(1, "a"))
        let outcome = await program.run("done", "1", "--dry-run", "--json")
        #expect(outcome.output == #"[{"body":{"done":true},"method":"PATCH","path":"/api/v1/tasks/1"}]"# + "\n")
        let id = task(1, "a").id.lowercase
        try program.api.expect("GET /tasks/1", task(1, "a"))
        #expect(
            await program.run("rm", "1", "--dry-run", "--ndjson").output
                == #"{"body":null,"method":"DELETE","path":"/api/v1/tasks/\#(id)"}"# + "\n")
        try program.api.expect("GET /tasks?list=inbox&deleted=true&limit=1000", [task(1, "a"), task(2, "b")])
        #expect(
            await program.run("restore", "2", "--dry-run", "--json=path").output
                == #"[{"path":"/api/v1/tasks/2/restore"}]"# + "\n")
        try program.api.expect("GET /tasks?list=WEB&deleted=true&limit=1000", [TodoTask]())
        #expect(await program.run("restore", "WEB-2", "--dry-run").error == "todo: There is no deleted task WEB-2.\n")
    }

    @Test func addShowsWhatWasUnderstood() async throws {
        let program = TestProgram()
        #expect(
            await program.run("add", "Pay rent due:fri p:high +home @work", "--dry-run").output
                == "Would add: Pay rent (due Fri 27 Nov, priority high, list HOME, tag @work)\n")
        let json = await program.run("add", "Pay rent", "--due", "eom", "--dry-run", "--json").output
        #expect(json.contains(#""due_on":"2026-11-30""#) && json.contains(#""title":"Pay rent""#))
        #expect(json.contains(#""method":"POST","path":"/api/v1/tasks""#))
        let lines = TestProgram(lines: ["a", "b @x"])
        #expect(await lines.run("add", "-", "--dry-run").output == "Would add: a\nWould add: b (tag @x)\n")
    }

    @Test func editShowsWhatItWouldChange() async throws {
        let program = TestProgram()
        for _ in 1...2 { try program.api.expect("GET /tasks/1", task(1, "a", tags: ["x"], version: 4)) }
        #expect(
            await program.run("edit", "1", "--tag", "y", "--due", "none", "--dry-run", "--json").output
                == #"{"body":{"due_on":null,"tags":["x","y"]},"method":"PATCH","path":"/api/v1/tasks/\#(task(1, "a").id.lowercase)"}"#
                + "\n")
        try program.api.expect("GET /tasks/1", task(1, "a"))
        #expect(await program.run("edit", "1", "-p", "high", "--dry-run").output == "Would change 1: a\n")
    }

    @Test func passwordsAreNotShown() async throws {
        let user = User(id: UUID(), email: "me@x.org", createdAt: Date(timeIntervalSince1970: 0))
        let program = TestProgram(lines: ["old passw0rd", "new passw0rd", "passw0rd"])
        try program.api.expect("GET /me", user)
        #expect(
            await program.run("account", "password", "--password-stdin", "--dry-run", "--json").output
                == #"{"body":{},"method":"PATCH","path":"/api/v1/me"}"# + "\n")
        let outcome = await program.run("register", "me@x.org", "--password-stdin", "--dry-run", "--json")
        #expect(outcome.output == #"{"body":{"email":"me@x.org"},"method":"POST","path":"/api/v1/auth/register"}"# + "\n")
    }

    @Test func listsAndAccount() async throws {
        let list = TodoList(id: UUID(), key: "WEB", name: "The website", createdAt: Date(timeIntervalSince1970: 0))
        let user = User(id: UUID(), email: "me@x.org", createdAt: Date(timeIntervalSince1970: 0))
        let cases: [([String], String)] = [
            (["lists", "add", "new"], "Would add list NEW (NEW)\n"),
            (["lists", "rename", "web", "--key", "site"], "Would rename list WEB (The website)\n"),
            (["lists", "rm", "web", "--move"], "Would delete list WEB (The website)\n"),
            (["account", "digest", "off"], "Would turn the digest off\n"),
            (["account", "time-zone", "none"], "Would set the time zone: the server's\n"),
            (["account", "delete"], "Would delete the account me@x.org with all its tasks.\n"),
        ]
        for (arguments, words) in cases {
            let program = TestProgram()
            if arguments[0] == "account" {
                try program.api.expect("GET /me", user)
            } else if arguments[1] != "add" {
                try program.api.expect("GET /lists", [list])
            }
            #expect(await program.run(arguments + ["--dry-run"]) == .init(output: words, error: "", status: .done))
        }
        let program = TestProgram()
        try program.api.expect("GET /lists", [list])
        #expect(
            await program.run("lists", "rm", "web", "--move", "--dry-run", "--json").output
                == #"{"body":null,"method":"DELETE","path":"/api/v1/lists/WEB?tasks=move"}"# + "\n")
        try program.api.expect("GET /lists", [list])
        #expect(await program.run("lists", "rm", "nix", "--dry-run").status == .notFound)
    }
}
