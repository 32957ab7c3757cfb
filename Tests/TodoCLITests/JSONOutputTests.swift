import Curl
import FoundationEssentials
import Testing
import TodoCLI
import TodoCore

@Suite struct JSONOutputTests {
    private static func page(_ tasks: [TodoTask], next: Bool) throws -> Result<HTTPResponse, HTTPError> {
        let headers: HTTPHeaders = next ? ["Link": "</api/v1/tasks?cursor=c&limit=1000>; rel=\"next\""] : [:]
        return .success(HTTPResponse(status: 200, headers: headers, body: try Wire.encode(tasks)))
    }

    @Test func allPagesAreOneArrayOrLines() async throws {
        let all = (1...5).map { task($0, "t\($0)") }
        for form in ["--json", "--json=title,number", "--ndjson", "--json=title --ndjson"] {
            let program = TestProgram()
            program.api.expect(allTasks, try Self.page(Array(all[..<3]), next: true))
            program.api.expect("GET /tasks?cursor=c&limit=1000", try Self.page(Array(all[3...]), next: false))
            let output = await program.run(["ls"] + form.split(separator: " ").map(String.init)).output
            switch form {
            case "--json": #expect(try Wire.decode([TodoTask].self, from: output.utf8) == all)
            case "--ndjson":
                let lines = try output.split(separator: "\n").map { try Wire.decode(TodoTask.self, from: $0.utf8) }
                #expect(lines == all)
            case "--json=title,number":
                #expect(output == "[" + (1...5).map { #"{"title":"t\#($0)","number":\#($0)}"# }.joined(separator: ",") + "]\n")
            default: #expect(output == (1...5).map { #"{"title":"t\#($0)"}"# + "\n" }.joined())
            }
        }
    }

    @Test func anArrayIsWholeOrNotThere() async throws {
        for (form, output) in [("--json", ""), ("--json=title", ""), ("--ndjson", "line")] {
            let program = TestProgram()
            program.api.expect(allTasks, try Self.page([task(1, "a")], next: true))
            try program.api.expect("GET /tasks?cursor=c&limit=1000", problem: Problem(title: "T", status: 401))
            let outcome = await program.run("ls", form)
            #expect(outcome.status == .loginNeeded && outcome.output.isEmpty == output.isEmpty, "\(outcome)")
        }
    }

    @Test func bytesOfTheServerAreMadeSafe() async throws {
        let hostile = "\u{7F}\u{9B}31m\u{61C}\u{200E}\u{2028}\u{202E}\u{2066}é日😀\u{2069}\u{85}ßÂ"
        let body = Array(" [ {\"title\":\t\"\(hostile)\",\r\n\"number\": 1} ]\n".utf8)
        let escaped = #"\u007f\u009b31m\u061c\u200e\u2028\u202e\u2066é日😀\u2069\u0085ßÂ"#
        for form in ["--json", "--ndjson", "--json=title"] {
            let program = TestProgram()
            program.api.expect(allTasks, .success(HTTPResponse(status: 200, body: body)))
            let output = await program.run("ls", form).output
            #expect(output.contains(escaped), "\(output.debugDescription)")
            #expect(output.unicodeScalars.count { $0 == "\n" } == 1 && !output.contains("\t") && !output.contains("\r"))
            let whole = try Wire.decode(JSONValue.self, from: output.utf8)
            if form == "--json" { #expect(whole == .array([.object(["title": .string(hostile), "number": 1])])) }
        }
    }

    @Test func fieldsThatAreUnknownAreWrongUsageBeforeAnythingIsDone() async {
        for arguments in [
            ["ls", "--json=titel"], ["add", "x", "--json=id,x"], ["show", "1", "--json="],
            ["stats", "--json=id"], ["whoami", "--json=key"], ["lists", "add", "WEB", "--json=title"],
            ["ls", "--ndjson", "--json=x"],
            ["version", "--json=x"], ["account", "digest", "off", "--json=on"], ["done", "1", "--dry-run", "--json=title"],
        ] {
            let outcome = await TestProgram().run(arguments)
            #expect(outcome.status == .usage && outcome.output == "", "\(arguments)")
            #expect(
                outcome.error.hasPrefix(#"{"error":{"code":"usage""#) && outcome.error.contains("Fields: "), "\(outcome.error)")
        }
    }

    @Test func afterTwoDashesAllIsText() async throws {
        let program = TestProgram()
        try program.api.expect("POST /tasks", status: 201, task(1, "--json=id"))
        #expect(await program.run("add", "--", "--json=id").output == "Added 1: --json=id\n")
        let failed = await program.run("show", "--", "--json")
        #expect(failed.status == .usage && failed.error.hasPrefix("todo: "))
    }

    @Test func formsExcludeEachOther() async {
        for arguments in [["--json", "--ndjson"], ["--ndjson", "--quiet"], ["--json=id", "--quiet"]] {
            #expect(await TestProgram().run(["ls"] + arguments).status == .usage)
        }
    }

    /// What scripts rely on: each command's fields are those of the schema, and the schema lets no other document through.
    @Test func theSchemaHasTheFieldsOfTheCommands() throws {
        let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/schema/cli.schema.json")
        struct Schema: Decodable {
            var defs: [String: Definition]
            enum CodingKeys: String, CodingKey { case defs = "$defs" }
        }
        struct Definition: Decodable {
            var type: String
            var properties: [String: JSONValue]?
            var required: [String]?
            var additionalProperties: Bool?
        }
        let schema = try Wire.decode(Schema.self, from: Data(contentsOf: path))
        for (name, fields) in Program.jsonFields {
            let definition = try #require(schema.defs[name], "\(name)")
            #expect(definition.required == fields, "\(name)")
            #expect(
                definition.properties.map { Set($0.keys) } == Set(fields) && definition.additionalProperties == false, "\(name)")
        }
    }
}
