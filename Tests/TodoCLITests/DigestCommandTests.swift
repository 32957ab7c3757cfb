import Curl
import FoundationEssentials
import Testing
import TodoCLI
import TodoCore

@Suite struct DigestCommandTests {
    @Test func showsTheWordsOfTheServerAndNothingElse() async throws {
        let program = TestProgram()
        let text = "3 due today\n\n  12  Buy\u{1B}[31m milk\n\ttab\r\n\n\n"
        program.api.expect("GET /digest", .success(HTTPResponse(status: 200, headers: [:], body: Array(text.utf8))))
        let outcome = await program.run("digest")
        #expect(outcome == .init(output: "3 due today\n\n  12  Buy\u{FFFD}[31m milk\n    tab\n", error: "", status: .done))
        #expect(program.api.requests.last?.headers["Accept"] == "text/plain")
    }

    @Test func jsonIsWhatTheServerTells() async throws {
        let program = TestProgram()
        let json = """
            {"subject": "1 due today", "stats": {"total": 2, "done": 1, "undone": 1}, "date": "2026-11-21", "time_zone": "UTC", \
            "counts": {"overdue": 0, "due_today": 1, "open": 0, "done": 0}, "overdue": [], \
            "due_today": [{"reference": "12", "title": "Buy milk", "due_on": "2026-11-21", "priority": 0}], "open": [], \
            "done": [], "more": 0}
            """
        let answer = try Wire.decode(DigestAnswer.self, from: Array(json.utf8))
        try program.api.expect("GET /digest", answer)
        let outcome = await program.run("digest", "--json")
        #expect(try Wire.decode(DigestAnswer.self, from: Array(outcome.output.utf8)) == answer)
        #expect(program.api.requests.last?.headers["Accept"] == "application/json")
    }
}
