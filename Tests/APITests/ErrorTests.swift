import FoundationEssentials
import HTTPTypes
import Postgres
import Testing
import TodoCore

/// The error paragraph of the contract, row by row.
struct ErrorTests {
    @Test func badBodiesAreRefusedWithWhatIsWrong() async throws {
        try await APIFixture.run { api in
            let token = try await api.signedIn()
            func answer(_ json: String, type: String = "application/json") async throws -> APIFixture.Answer {
                try await api.send(.post, "/tasks", token: token, json: json, headers: [.contentType: type])
            }
            for json in ["", "{", "{\"title\": }", "\u{FEFF}", "{\"title\": \"a\"} x"] {
                #expect(try await answer(json).status == .badRequest, "\(json)")
            }
            for (json, loc, type) in [
                ("[]", ["body"], "object_type"), ("{}", ["body", "title"], "missing"),
                (#"{"title": null}"#, ["body", "title"], "missing"), (#"{"title": 5}"#, ["body", "title"], "string_type"),
                (#"{"title": "  "}"#, ["body", "title"], "string_too_short"),
                (#"{"title": "a\u0000"}"#, ["body", "title"], "control_character"),
                (#"{"title": "a", "done": true}"#, ["body", "done"], "extra_forbidden"),
                (#"{"title": "a", "user_id": "x"}"#, ["body", "user_id"], "extra_forbidden"),
                (#"{"title": "a", "priority": 9}"#, ["body", "priority"], "out_of_range"),
                (#"{"title": "a", "priority": 1.5}"#, ["body", "priority"], "int_type"),
                (#"{"title": "a", "priority": true}"#, ["body", "priority"], "int_type"),
                (#"{"title": "a", "due_on": "tomorrow"}"#, ["body", "due_on"], "date"),
                (#"{"title": "a", "tags": "x"}"#, ["body", "tags"], "array_type"),
                (#"{"title": "a", "id": "x"}"#, ["body", "id"], "uuid"),
                (#"{"title": "a", "list": "?"}"#, ["body", "list"], "list_key"),
            ] {
                let refused = try await answer(json)
                #expect(refused.status == .unprocessableContent, "\(json)")
                #expect(refused.headers[.contentType] == "application/problem+json")
                #expect(try refused.problem.errors?.map(\.loc) == [loc], "\(json)")
                #expect(try refused.problem.errors?.map(\.type) == [type], "\(json)")
            }
            #expect(try await answer(#"{"priority": 9, "x": 1}"#).problem.errors?.count == 3)
            #expect(try await answer(#"{"title": "a"}"#, type: "text/plain").status == .unsupportedMediaType)
            #expect(try await answer(#"{"title": "a"}"#, type: "application/json; charset=utf-8").status == .created)
            let huge = #"{"title": "a", "notes": "\#(String(repeating: "x", count: 1 << 20))"}"#
            #expect(try await answer(huge).status == .contentTooLarge)
            #expect(try await api.send(.get, "/tasks", token: token).decode([TodoTask].self).count == 1)
        }
    }

    @Test func unknownPathsMethodsAndParametersAreNamed() async throws {
        try await APIFixture.run { api in
            let token = try await api.signedIn()
            for path in ["/nothing", "/tasks/1/2/3", "/api/v2/tasks", "/api/v1"] {
                let answer = try await api.send(.get, path, token: token)
                #expect(answer.status == .notFound, "\(path)")
                #expect(answer.headers[.contentType] == "application/problem+json")
            }
            let wrong = try await api.send(.put, "/tasks", token: token)
            #expect(wrong.status == .methodNotAllowed)
            #expect(wrong.headers[.allow] == "GET, HEAD, POST")
            #expect(try await api.send(.get, "/auth/login").status == .methodNotAllowed)
            for query in [
                "limit=0", "limit=1001", "limit=x", "done=1", "nope=1", "cursor=x", "cursor=a.b", "due_before=x", "q=%00",
            ] {
                let answer = try await api.send(.get, "/tasks?\(query)", token: token)
                #expect(answer.status == .unprocessableContent, "\(query)")
                #expect(try answer.problem.errors?.first?.loc.first == "query")
            }
            for id in ["0", "x", "NO-1", "00000000-0000-0000-0000-000000000000"] {
                #expect(try await api.send(.get, "/tasks/\(id)", token: token).status == .notFound, "\(id)")
            }
        }
    }

    @Test func everyAnswerCarriesTheRequestsID() async throws {
        try await APIFixture.run { api in
            let name = HTTPField.Name("X-Request-Id")!
            let given = try await api.send(.get, "/tasks", headers: [name: "abc-123"])
            #expect(given.headers[name] == "abc-123")
            #expect(try given.problem.requestID == "abc-123")
            let forged = try await api.send(.get, "/healthz", headers: [name: "a b"])
            #expect(UUID(uuidString: forged.headers[name] ?? "") != nil)
            let token = try await api.signedIn()
            _ = try await api.send(.post, "/tasks", token: token, json: #"{"title": "a"}"#, headers: [name: "r-7"])
            let rows = try await api.pool.query("SELECT request_id FROM events WHERE type = 'task.created'")
            #expect(try rows.first?.decode(String?.self) == "r-7")
        }
    }

    @Test func theStateOfTheDatabaseIsTold() async throws {
        try await APIFixture.run { api in
            let alive = try await api.send(.get, "/healthz")
            #expect(alive.status == .ok)
            #expect(try await api.send(.head, "/healthz").status == .ok)
            #expect(try await api.send(.get, "/readyz").status == .ok)
            await api.pool.close()
            #expect(try await api.send(.get, "/healthz").status == .ok)
            #expect(try await api.send(.get, "/readyz").status == .serviceUnavailable)
        }
    }

    @Test func thePageIsServedWithItsPolicy() async throws {
        let folder = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        try await APIFixture.run(frontend: "/\(folder)/frontend") { api in
            let page = try await api.send(.get, "/")
            #expect(page.status == .ok)
            #expect(page.headers[.contentType]?.hasPrefix("text/html") == true)
            #expect(page.headers[.contentSecurityPolicy]?.contains("default-src 'none'") == true)
            #expect(try await api.send(.get, "/../Package.swift").status == .notFound)
            #expect(try await api.send(.get, "/%2e%2e/Package.swift").status == .notFound)
            #expect(try await api.send(.get, "/nothing.html").status == .notFound)
        }
    }
}
