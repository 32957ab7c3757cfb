import API
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Logging
import Postgres
import Store
import Testing
import TodoCore

/// `openapi.json` against what is served, in both directions.
struct DescriptionTests {
    @Test func describesExactlyTheRoutes() async throws {
        try await APIFixture.run { api in
            let document = try await api.description()
            var described: Set<String> = []
            for (path, item) in document["paths"].members {
                for method in item.members.keys where method != "parameters" {
                    described.insert("\(method.uppercased()) \(path)")
                    described.insert("\(method.uppercased()) /api/v1\(path)")
                }
            }
            #expect(try await api.served() == described)
        }
    }

    @Test func theSchemasAreWhatTodoCoreWrites() async throws {
        try await APIFixture.run { api in
            let document = try await api.description()
            let now = Date(timeIntervalSince1970: 0)
            let task = TodoTask(id: UUID(), number: 1, title: "a", createdAt: now, updatedAt: now)
            let field = Problem.Field(loc: ["body"], msg: "a", type: "b")
            let problem = Problem(title: "a", status: 422, detail: "b", errors: [field], requestID: "c", current: task)
            try document.expect("Task", properties: .all, in: task)
            try document.expect("User", properties: .all, in: User(id: UUID(), email: "a", createdAt: now))
            try document.expect("List", properties: .all, in: TodoList(id: UUID(), key: nil, name: "a", createdAt: now))
            try document.expect("AccessToken", properties: .all, in: AccessToken(accessToken: "a", expiresIn: 1))
            try document.expect("Problem", properties: .all, in: problem)
            try document.expect("FieldError", properties: .all, in: field)
            let draft = TaskDraft(
                title: "a", id: UUID(), list: "A", notes: "", dueOn: LocalDate("2026-11-22"), priority: 0, tags: [])
            try document.expect("TaskDraft", properties: .all, in: draft)
            let patch = TaskPatch(
                title: "a", done: true, list: .some(nil), notes: "", dueOn: .some(nil), priority: 0, tags: [])
            try document.expect("TaskPatch", properties: .all, in: patch)
            try document.expect("Credentials", properties: .all, in: Credentials(email: "a", password: "b"))
        }
    }

    @Test func theSchemasAreWhatIsAnswered() async throws {
        try await APIFixture.run { api in
            let document = try await api.description()
            let token = try await api.signedIn()
            func answer(_ method: HTTPRequest.Method, _ path: String, _ json: String? = nil) async throws -> JSONValue {
                try await api.send(method, path, token: token, json: json).decode()
            }
            let created = try await answer(.post, "/tasks", #"{"title": "a"}"#)
            try document.expect("Task", properties: .all, in: created)
            let tasks = try await answer(.get, "/tasks")
            try document.expect("Task", properties: .all, in: try #require(tasks.elements.first))
            try document.expect("User", properties: .all, in: try await answer(.get, "/me"))
            let lists = try await answer(.get, "/lists")
            try document.expect("List", properties: .all, in: try #require(lists.elements.first))
            let refused = try await answer(.post, "/tasks", "{}")
            try document.expect("Problem", properties: .required, in: refused)
            try document.expect("FieldError", properties: .all, in: try #require(refused["errors"].elements.first))
            let stale = try await api.send(.delete, "/tasks/1", token: token, headers: [.ifMatch: "\"7\""])
            #expect(stale.status == .preconditionFailed)
            try document.expect("Task", properties: .all, in: try stale.decode(JSONValue.self)["current"])
            let stats = try await answer(.get, "/stats")
            try document.expect("Stats", properties: .all, in: stats)
            try document.expect("DayCount", properties: .all, in: try #require(stats["done_per_day"].elements.first))
            let digest = try await answer(.get, "/digest")
            try document.expect("Digest", properties: .all, in: digest)
            try document.expect("DigestStats", properties: .all, in: digest["stats"])
            try document.expect("DigestItem", properties: .all, in: try #require(digest["open"].elements.first))
            try document.expect("Health", properties: .all, in: try await answer(.get, "/healthz"))
            try document.expect("Readiness", properties: .all, in: try await answer(.get, "/readyz"))
        }
    }

    @Test func theLimitsAreThoseOfTodoCore() async throws {
        try await APIFixture.run { api in
            let document = try await api.description()
            #expect(document["info"]["version"] == .string(Product.version))
            let schemas = document["components"]["schemas"]
            func expect(_ schema: JSONValue, _ low: String, _ high: String, _ range: ClosedRange<Int>) {
                #expect(schema[low] == .integer(range.lowerBound) || range.lowerBound == 0 && schema[low] == .null)
                #expect(schema[high] == .integer(range.upperBound))
            }
            for name in ["Task", "TaskDraft", "TaskPatch"] {
                let properties = schemas[name]["properties"]
                expect(properties["priority"], "minimum", "maximum", Limits.priority)
                expect(properties["notes"], "minLength", "maxLength", Limits.notesLength)
                expect(properties["tags"], "minItems", "maxItems", Limits.tagCount)
            }
            expect(schemas["Task"]["properties"]["title"], "minLength", "maxLength", Limits.titleLength)
            expect(schemas["List"]["properties"]["name"], "minLength", "maxLength", Limits.listNameLength)
            expect(schemas["Tag"], "minLength", "maxLength", Limits.tagLength)
            expect(schemas["Registration"]["properties"]["password"], "minLength", "maxLength", Limits.passwordLength)
            expect(schemas["UserPatch"]["properties"]["password"], "minLength", "maxLength", Limits.passwordLength)
            let parameters = document["paths"]["/tasks"]["get"]["parameters"].elements
            let limit = try #require(parameters.first { $0["name"] == "limit" })["schema"]
            expect(limit, "minimum", "maximum", Limits.pageSize)
            #expect(limit["default"] == .integer(Limits.defaultPageSize))
            let sort = try #require(parameters.first { $0["name"] == "sort" })["schema"]
            #expect(sort["enum"] == .array(TaskSort.all.map { .string($0) }))
            #expect(sort["default"] == .string(TaskSort.newestFirst.description))
        }
    }

    /// A title of the greatest length is good with white space around it, as the pattern says, and one more is not.
    @Test func thePatternsAreThoseOfTodoCore() async throws {
        try await APIFixture.run { api in
            let document = try await api.description()
            let schemas = document["components"]["schemas"]
            func matches(_ text: String, _ schema: JSONValue) throws -> Bool {
                guard case .string(let pattern) = schema["pattern"] else { throw Missing() }
                // Swift's own way to write a code point.
                let regex = try Regex(pattern.replacing(#/\\u([0-9a-f]{4})/#) { "\\u{\($0.1)}" }).matchingSemantics(
                    .unicodeScalar)
                return try regex.wholeMatch(in: text) != nil
            }
            let texts = [
                "", " ", "\u{3000}", "a", " a", "a\n", "\u{85}a\u{2028}", "a\nb", "a\u{0}", "a\u{9F}b", "a b", "é🇩🇪", "\u{1C}a",
                String(repeating: "x", count: 100), String(repeating: "x", count: 101), String(repeating: "é", count: 500),
                " " + String(repeating: "x", count: 500) + " ", String(repeating: "x", count: 501),
            ]
            for text in texts {
                #expect(
                    try matches(text, schemas["TaskDraft"]["properties"]["title"]) == ((try? Limits.title(text)) != nil),
                    "\(text)")
                #expect(
                    try matches(text, schemas["NewList"]["properties"]["name"]) == ((try? Limits.listName(text)) != nil),
                    "\(text)")
            }
            for text in texts + ["a\tb\r\nc", "\u{7F}", "\u{2029}"] where text.unicodeScalars.count <= 500 {
                #expect(
                    try matches(text, schemas["TaskDraft"]["properties"]["notes"]) == ((try? Limits.notes(text)) != nil),
                    "\(text)")
            }
            for text in ["", "A", "web", "WEB1234567", "WEB12345678", "1A", "ß", "A-B"] {
                #expect(try matches(text, schemas["TaskDraft"]["properties"]["list"]) == (ListKey(text) != nil), "\(text)")
            }
        }
    }

    @Test func everyReferenceLeadsSomewhereAndEveryPartIsUsed() async throws {
        try await APIFixture.run { api in
            let document = try await api.description()
            let references = document.references
            // What a failed expectation shows is the name alone: the whole document would take minutes.
            for reference in references {
                let parts = reference.split(separator: "/").dropFirst()
                let isThere = parts.reduce(document) { $0[String($1)] } != .null
                #expect(isThere, "\(reference)")
            }
            for (kind, parts) in document["components"].members where kind != "securitySchemes" {
                for name in parts.members.keys {
                    let isUsed = references.contains("#/components/\(kind)/\(name)")
                    #expect(isUsed, "\(kind) \(name)")
                }
            }
            let operations = document["paths"].members.values.flatMap(\.members.values).filter { $0["operationId"] != .null }
            #expect(Set(operations.map { $0["operationId"] }).count == operations.count)
        }
    }

    /// What `/docs` fills its forms with.
    @Test func theExamplesOfBodiesAreAccepted() async throws {
        try await APIFixture.run { api in
            let paths = try await api.description()["paths"]
            let token = try await api.signedIn("examples@example.org")
            for (method, path) in [
                ("post", "/auth/register"), ("post", "/auth/login"), ("patch", "/me"), ("post", "/tasks"),
                ("post", "/task/create"),
                ("patch", "/tasks/{id}"), ("post", "/lists"), ("patch", "/lists/{key}"),
            ] {
                let method = HTTPRequest.Method(method.uppercased()) ?? .post
                let operation = paths[path][method.rawValue.lowercased()]
                let example = operation["requestBody"]["content"]["application/json"]["example"]
                let json = String(decoding: try Wire.encode(example), as: UTF8.self)
                let filled = path.replacing("{id}", with: "1").replacing("{key}", with: "WEB")
                let answer = try await api.send(method, filled, token: token, json: json)
                #expect(operation["responses"][String(answer.status.code)] != .null, "\(method) \(path)")
                #expect(answer.status.kind == .successful, "\(method) \(path) \(json)")
            }
        }
    }

    @Test func theFilesComeWithTagsAndWithoutRepetition() async throws {
        try await APIFixture.run { api in
            for prefix in ["", "/api/v1"] {
                for (path, type) in [
                    ("/openapi.json", "application/json"), ("/docs", "text/html"), ("/docs/docs.css", "text/css"),
                    ("/docs/docs.js", "text/javascript"),
                ] {
                    let file = try await api.send(.get, prefix + path)
                    #expect(file.status == .ok)
                    #expect(file.headers[.contentType] == "\(type); charset=utf-8")
                    #expect(file.headers[.cacheControl] == "no-cache")
                    #expect(!file.body.isEmpty)
                    let tag = try #require(file.headers[.eTag])
                    for known in [tag, "W/\(tag)", "\"x\", \(tag)", "*"] {
                        let again = try await api.send(.get, prefix + path, headers: [.ifNoneMatch: known])
                        #expect(again.status == .notModified, "\(known)")
                        #expect(again.headers[.eTag] == tag)
                        #expect(again.body.isEmpty)
                    }
                    #expect(try await api.send(.get, prefix + path, headers: [.ifNoneMatch: "\"x\""]).status == .ok)
                    #expect(try await api.send(.head, prefix + path).status == .ok)
                }
                let slash = try await api.send(.get, prefix + "/docs/")
                #expect(slash.status == .permanentRedirect)
                #expect(slash.headers[.location] == "../docs")
            }
        }
    }

    struct Missing: Error {}
}

extension APIFixture {
    fileprivate func description() async throws -> JSONValue { try await send(.get, "/openapi.json").decode() }

    /// Every route that is registered, as `GET /tasks/{id}`. No path takes OPTIONS, and the refusal names what it takes.
    fileprivate func served() async throws -> Set<String> {
        let router = try await buildRouter(
            settings: APISettings(host: "127.0.0.1", port: 0, jwtSecret: APIFixture.secret), database: pool,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let token = try await signedIn()
        var served: Set<String> = []
        for path in Set(router.routes.map(\.path.description)) {
            let refusal = try await send(.options, path, token: token)
            #expect(refusal.status == .methodNotAllowed, "\(path)")
            let parts = path.split(separator: "/").map { $0.hasPrefix(":") ? "{\($0.dropFirst())}" : String($0) }
            for method in (refusal.headers[.allow] ?? "").split(separator: ", ") where method != "HEAD" {
                served.insert("\(method) /\(parts.joined(separator: "/"))")
            }
        }
        return served
    }
}

extension JSONValue {
    fileprivate enum Properties { case all, required }

    fileprivate var members: [String: JSONValue] { if case .object(let members) = self { members } else { [:] } }
    fileprivate var elements: [JSONValue] { if case .array(let elements) = self { elements } else { [] } }
    fileprivate subscript(name: String) -> JSONValue { members[name] ?? .null }

    /// All that stands as `$ref` anywhere in it.
    fileprivate var references: Set<String> {
        var found: Set<String> = []
        if case .string(let reference) = self["$ref"] { found.insert(reference) }
        return (Array(members.values) + elements).reduce(into: found) { $0.formUnion($1.references) }
    }

    /// Expects a value to have all properties of the schema or at least the required ones, and none besides.
    fileprivate func expect(
        _ schema: String, properties: Properties, in value: some Encodable, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let value = try Wire.decode(JSONValue.self, from: Wire.encode(value))
        let schema = self["components"]["schemas"][schema]
        let known = Set(schema["properties"].members.keys)
        let given = Set(value.members.keys)
        #expect(!known.isEmpty, sourceLocation: sourceLocation)
        #expect(given.isSubset(of: known), sourceLocation: sourceLocation)
        if properties == .all { #expect(given == known, sourceLocation: sourceLocation) }
        for case .string(let name) in schema["required"].elements {
            #expect(given.contains(name), sourceLocation: sourceLocation)
        }
    }
}
