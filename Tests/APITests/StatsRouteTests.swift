import FoundationEssentials
import HTTPTypes
import Testing
import TodoCore

/// GET `/stats` and GET `/digest`.
struct StatsRouteTests {
    @Test(arguments: ["", "/api/v1"]) func statsCountTheCallersTasks(_ prefix: String) async throws {
        try await APIFixture.run { api in
            let token = try await api.signedIn(), stranger = try await api.signedIn("you@example.org")
            _ = try await api.create("theirs", token: stranger)
            for title in ["a", "b", "c"] { _ = try await api.create(title, token: token) }
            _ = try await api.send(.patch, "/tasks/1", token: token, json: #"{"done": true}"#)
            _ = try await api.send(.patch, "/tasks/2", token: token, json: #"{"due_on": "2001-01-01"}"#)
            let answer = try await api.send(.get, "\(prefix)/stats", token: token)
            #expect(answer.status == .ok)
            let stats = try answer.decode(TaskStats.self)
            #expect(stats.total == 3 && stats.done == 1 && stats.undone == 2 && stats.overdue == 1 && stats.dueToday == 0)
            #expect(stats.donePerDay.count == 366 && stats.donePerDay.last?.done == 1)
            guard case .object(let fields) = try answer.decode(JSONValue.self) else { throw try answer.problem }
            #expect(Set(fields.keys) == ["total", "done", "undone", "overdue", "due_today", "done_per_day"])
        }
    }

    @Test func theDigestHasTheFieldsOfItsDescription() async throws {
        try await APIFixture.run { api in
            let token = try await api.signedIn()
            _ = try await api.create("late", token: token)
            _ = try await api.send(.patch, "/tasks/1", token: token, json: #"{"due_on": "2001-01-01", "priority": 3}"#)
            _ = try await api.create("ready", token: token)
            _ = try await api.send(.patch, "/tasks/2", token: token, json: #"{"done": true}"#)
            let answer = try await api.send(.get, "/digest", token: token)
            #expect(answer.status == .ok && answer.headers[.vary] == "Accept")
            guard case .object(let fields) = try answer.decode(JSONValue.self) else { throw try answer.problem }
            #expect(
                Set(fields.keys) == [
                    "date", "time_zone", "subject", "stats", "overdue", "due_today", "open", "done", "more",
                ])
            let digest = try answer.decode(DigestAnswer.self)
            #expect(digest.subject == "1 overdue" && digest.stats == .init(total: 2, done: 1, undone: 1))
            #expect(
                digest.digest.overdue == [
                    .init(reference: "1", title: "late", dueOn: LocalDate("2001-01-01"), priority: 3)
                ])
            #expect(digest.digest.done.map(\.title) == ["ready"] && digest.digest.timeZone == "UTC")
        }
    }

    /// RFC 9110, 12.5.1. Nil stands for 406.
    @Test(
        arguments: [
            (nil, "application/json"), ("*/*", "application/json"), ("text/html", "text/html"),
            ("TEXT/Plain; charset=utf-8", "text/plain"), ("text/*", "text/plain"),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
            ("text/html;q=0.5, text/plain;q=0.501", "text/plain"), ("application/json;q=0, */*", "text/plain"),
            ("*/*;q=0.1, text/html;q=0.2", "text/html"), ("text/*;q=0.9, text/plain;q=0, application/json;q=0.3", "text/html"),
            ("image/png", nil), ("application/*;q=0", nil), ("*/*;q=0", nil), ("image/png, text/html;q=0.001", "text/html"),
            ("text/html;q=2", "application/json"), ("nonsense", "application/json"), ("*/html", "application/json"),
            ("text/html;level=1;q=0.4, application/json;q=0.3", "text/html"),
        ] as [(String?, String?)])
    func theFormThatIsAskedFor(accept: String?, type: String?) async throws {
        try await APIFixture.run { api in
            let token = try await api.signedIn()
            _ = try await api.create("<b>& ä", token: token)
            var headers: HTTPFields = [:]
            if let accept { headers[.accept] = accept }
            let answer = try await api.send(.get, "/digest", token: token, headers: headers)
            guard let type else {
                #expect(answer.status == .notAcceptable)
                #expect(answer.headers[.contentType] == "application/problem+json")
                return
            }
            #expect(answer.status == .ok)
            #expect(answer.headers[.contentType] == "\(type); charset=utf-8")
            let body = String(decoding: answer.body, as: UTF8.self)
            switch type {
            case "text/html":
                #expect(body.hasPrefix("<!DOCTYPE html>") && body.contains("<bdi>&lt;b&gt;&amp; ä</bdi>"))
                let policy = try #require(answer.headers[.contentSecurityPolicy])
                #expect(policy.contains("default-src 'none'") && !policy.contains("script-src"))
            case "text/plain":
                #expect(body.hasPrefix("1 open, nothing due today\n") && body.contains("\n1 <b>& ä\n  todo done 1\n"))
            default: #expect(try answer.decode(DigestAnswer.self).digest.open.first?.title == "<b>& ä")
            }
        }
    }

    @Test(arguments: ["/stats", "/digest"]) func whatIsRefused(_ path: String) async throws {
        try await APIFixture.run { api in
            let token = try await api.signedIn()
            #expect(try await api.send(.get, path).status == .unauthorized)
            let unknown = try await api.send(.get, "\(path)?day=1&x", token: token)
            #expect(unknown.status == .unprocessableContent)
            #expect(try unknown.problem.errors?.map(\.loc) == [["query", "day"], ["query", "x"]])
            let wrong = try await api.send(.post, path, token: token, json: "{}")
            #expect(wrong.status == .methodNotAllowed && wrong.headers[.allow] == "GET, HEAD")
            #expect(try await api.send(.head, path, token: token).status == .ok)
            #expect(try await api.send(.delete, "/me", token: token).status == .noContent)
            #expect(try await api.send(.get, path, token: token).status == .unauthorized)
        }
    }

    @Test func theDayIsTheUsers() async throws {
        try await APIFixture.run { api in
            let token = try await api.signedIn()
            var dates: Set<LocalDate> = []
            // 25 hours apart: never the same day.
            for zone in ["Pacific/Kiritimati", "Pacific/Pago_Pago"] {
                _ = try await api.send(.patch, "/me", token: token, json: #"{"time_zone": "\#(zone)"}"#)
                let digest = try await api.send(.get, "/digest", token: token).decode(DigestAnswer.self).digest
                #expect(digest.timeZone == zone)
                dates.insert(digest.date)
            }
            #expect(dates.count == 2)
        }
    }
}
