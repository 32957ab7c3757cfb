import Curl
import Testing
import TodoCLI
import TodoCore

@Suite struct CommandStatusTests {
    private static func answer(_ status: Int, _ detail: String) -> Result<HTTPResponse, HTTPError> {
        let body = try? Wire.encode(Problem(title: "T", status: status, detail: detail, requestID: "r1"))
        return .success(HTTPResponse(status: status, headers: ["Retry-After": "60"], body: body ?? []))
    }

    @Test func everyErrorHasItsStatusWordsAndJSON() async throws {
        let cases: [(Result<HTTPResponse, HTTPError>, CommandStatus, code: String, String)] = [
            (
                Self.answer(401, "x"), .loginNeeded, "login_needed",
                "Your login at http://todo.test has expired or is not valid.\nRun: todo login EMAIL"
            ),
            (Self.answer(404, "There is no such task."), .notFound, "not_found", "There is no such task."),
            (Self.answer(409, "Taken."), .conflict, "conflict", "Taken."),
            (
                Self.answer(412, "x"), .conflict, "changed_meanwhile",
                "The task was changed meanwhile.\nLook at it again before you change it."
            ),
            (Self.answer(422, "No good"), .failed, "invalid", "No good."),
            (Self.answer(429, "x"), .failed, "rate_limited", "Too many attempts. Try again in 60 s."),
            (
                Self.answer(500, "Oops."), .failed, "server",
                "The server has a problem: Oops.\nIts log has more under request r1."
            ),
            (
                .success(HTTPResponse(status: 200, body: Array("<html>".utf8))), .failed, "unexpected_answer",
                "What answers at http://todo.test does not seem to be a todo server: its answer is not what a todo server says.\nCheck TODO_URL."
            ),
            (
                .failure(.unreachable(.tls, reason: "its certificate can't be trusted (x)")), .unreachable, "unreachable",
                "Can't reach the server at http://todo.test: its certificate can't be trusted (x).\nCheck that it runs, or set the right address in TODO_URL."
            ),
            (.failure(.cancelled), .failed, "cancelled", "Cancelled."),
        ]
        for (result, status, code, message) in cases {
            let program = TestProgram()
            program.api.expect("GET /tasks/1", result)
            #expect(await program.run("show", "1") == .init(output: "", error: "todo: \(message)\n", status: status))
            program.api.expect("GET /tasks/1", result)
            let outcome = await program.run("show", "1", "--json")
            #expect(outcome.status == status && outcome.output == "")
            guard case .object(let object) = try Wire.decode(JSONValue.self, from: outcome.error.utf8),
                case .object(let error)? = object["error"]
            else {
                Issue.record("no object: \(outcome.error)")
                continue
            }
            #expect(error["code"] == .string(code) && error["message"] == .string(message))
            #expect(error["exit_status"] == .integer(Int(status.rawValue)))
        }
    }

    @Test func withoutALoginTheNextStepIsTold() async {
        let program = TestProgram(environment: ["TODO_URL": "http://todo.test"])
        #expect(
            await program.run("ls")
                == .init(
                    output: "", error: "todo: You are not logged in at http://todo.test.\nRun: todo login EMAIL\n",
                    status: .loginNeeded))
    }

    @Test(arguments: [
        ["add"], ["add", "  "], ["add", "x", "--due", "2026-02-30"], ["add", "x", "--priority", "4"],
        ["add", "x", "--tag", "a b"],
        ["add", "x", "--list", "no key"], ["add", "a\u{1B}b"], ["done"], ["done", "x"], ["done", "0"], ["nonsense"],
        ["ls", "--nonsense"],
        ["ls", "--open", "--done"], ["show", "1", "2"],
    ])
    func wrongUsageIsStatus2(arguments: [String]) async {
        let program = TestProgram()
        let status = await program.run(arguments)
        #expect(status.status == .usage && status.output == "")
        #expect(status.error.hasPrefix("todo: ") && !status.error.contains("Error:"))
        #expect(!status.error.contains("\u{1B}"))
        #expect(status.error.split(separator: "\n", omittingEmptySubsequences: false).count <= 3, "\(status.error)")
        let json = await program.run(arguments + ["--json"])
        #expect(json.status == .usage && json.error.hasPrefix(#"{"error":{"code":"usage","exit_status":2,"#), "\(json)")
    }

    @Test func jsonAndQuietExcludeEachOther() async {
        #expect(await TestProgram().run("ls", "--json", "--quiet").status == .usage)
    }

    @Test func aFaultInTheConfigurationIsTold() async {
        let program = TestProgram(environment: ["TODO_URL": "todo.test"])
        #expect(
            await program.run("ls")
                == .init(output: "", error: "todo: TODO_URL: todo.test must begin with http:// or https://\n", status: .failed))
    }

    @Test func helpAndVersionAreNoErrors() async {
        let program = TestProgram()
        for command in [
            "add", "ls", "show", "done", "undone", "edit", "rm", "restore", "lists", "lists add", "lists rename", "lists rm",
            "stats",
            "digest", "watch", "import", "export", "register", "login", "logout", "whoami", "account", "account time-zone",
            "account digest", "account password", "account delete", "tui", "completion", "version",
        ] {
            let outcome = await program.run(command.split(separator: " ").map(String.init) + ["--help"])
            let wide = outcome.output.split(separator: "\n").filter { !$0.hasPrefix("USAGE") && DisplayWidth.of($0) > 80 }
            #expect(wide.isEmpty, "\(command)")
            #expect(outcome.status == .done && outcome.error == "" && outcome.output.contains("EXAMPLES\n  todo "), "\(command)")
        }
        #expect(await program.run().output.contains("todo register me@example.org"))
        #expect(await program.run("--version") == .init(output: "todo \(Product.version)\n", error: "", status: .done))
        #expect(await program.run("version").output == "todo \(Product.version)\n")
        #expect(await program.run("version", "--json").output == "{\"version\":\"\(Product.version)\"}\n")
    }
}
