import Curl
import FoundationEssentials
import Testing
import TodoCLI
import TodoClient
import TodoCore

@Suite struct AccountCommandTests {
    private static let user = User(id: UUID(), email: "me@x.org", createdAt: Date(timeIntervalSince1970: 0))
    private static let token = AccessToken(accessToken: "fresh", expiresIn: 3600)
    private static let noToken = ["TODO_URL": "http://todo.test"]

    @Test func registerAsksTwiceAndLogsIn() async throws {
        let program = TestProgram(terminal: true, secrets: [.text("passw0rd"), .text("passw0rd")], environment: Self.noToken)
        try program.api.expect("POST /auth/register", status: 201, Self.user)
        try program.api.expect("POST /auth/login", Self.token)
        #expect(
            await program.run("register", "me@x.org")
                == .init(output: "Registered and logged in as me@x.org.\n", error: "", status: .done))
        #expect(program.prompts == ["Password: ", "The same again: "])
        #expect(try program.api.body(0) == #"{"email":"me@x.org","password":"passw0rd"}"#)
        try program.api.expect("GET /me", Self.user)
        #expect(await program.run("whoami").output == "me@x.org at http://todo.test\n")
        #expect(program.api.requests.last?.headers["Authorization"] == "Bearer fresh")
        #expect(await program.run("logout").output == "Logged out of http://todo.test.\n")
        #expect(await program.run("logout").output == "You were not logged in at http://todo.test.\n")
        #expect(await program.run("whoami").status == .loginNeeded)
    }

    @Test func scriptsGiveThePasswordOnStandardInput() async throws {
        let program = TestProgram(lines: ["pass word"], environment: Self.noToken)
        try program.api.expect("POST /auth/register", status: 201, Self.user)
        try program.api.expect("POST /auth/login", Self.token)
        let outcome = await program.run("register", "me@x.org", "--password-stdin", "--json")
        #expect(outcome.status == .done && program.prompts.isEmpty)
        #expect(try Wire.decode(User.self, from: outcome.output.utf8) == Self.user)
        #expect(try program.api.body(1) == #"{"email":"me@x.org","password":"pass word"}"#)
    }

    @Test func nothingIsSentWithoutAGoodPassword() async throws {
        let cases: [([CommandIO.Secret], String, CommandStatus)] = [
            ([.text("short")], "todo: The password must have at least 8 characters.\n", .usage),
            ([.text("passw0rd"), .text("passw1rd")], "todo: The two passwords differ. Nothing was done.\n", .usage),
            ([.interrupted], "todo: Interrupted.\n", .interrupted),
            ([], "todo: There is no terminal to ask for the password. Use --password-stdin.\n", .usage),
        ]
        for (secrets, error, status) in cases {
            let program = TestProgram(secrets: secrets, environment: Self.noToken)
            #expect(await program.run("register", "me@x.org") == .init(output: "", error: error, status: status))
        }
        let program = TestProgram(environment: Self.noToken)
        #expect(await program.run("login", "me@x.org", "--password-stdin").status == .usage)
        #expect(await program.run("login", "no email", "--password-stdin").status == .usage)
    }

    @Test func aWrongPasswordSaysSo() async throws {
        let program = TestProgram(secrets: [.text("passw0rd")], environment: Self.noToken)
        try program.api.expect("POST /auth/login", problem: Problem(title: "Unauthorized", status: 401, detail: "no"))
        #expect(
            await program.run("login", "me@x.org")
                == .init(
                    output: "",
                    error: "todo: The email or the password is wrong.\nNo account yet? Run: todo register EMAIL\n",
                    status: .loginNeeded))
    }

    @Test func aTakenEmailIsAConflict() async throws {
        let program = TestProgram(secrets: [.text("passw0rd"), .text("passw0rd")], environment: Self.noToken)
        let taken = Problem(
            title: "Conflict", status: 409, detail: "There is an account with this email already. Log in instead.")
        try program.api.expect("POST /auth/register", problem: taken)
        let outcome = await program.run("register", "me@x.org")
        #expect(
            outcome.status == .conflict && outcome.error == "todo: There is an account with this email already. Log in instead.\n"
        )
    }

    @Test func theTokenIsNeverShown() async throws {
        let program = TestProgram(lines: ["passw0rd"], environment: Self.noToken)
        try program.api.expect("POST /auth/login", Self.token)
        let outcome = await program.run("login", "me@x.org", "--password-stdin", "--json")
        #expect(outcome.output == #"{"email":"me@x.org","expires_in":3600,"url":"http://todo.test"}"# + "\n")
    }

    @Test func aTokenInTheEnvironmentIsMentioned() async throws {
        let program = TestProgram(lines: ["passw0rd"])
        try program.api.expect("POST /auth/login", Self.token)
        let outcome = await program.run("login", "me@x.org", "--password-stdin")
        #expect(outcome.error == "Note: TODO_TOKEN is set and is used instead of this login.\n")
        #expect(await program.run("logout").error == "Note: TODO_TOKEN is set and still counts as a login.\n")
    }
}
