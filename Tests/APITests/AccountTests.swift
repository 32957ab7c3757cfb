import FoundationEssentials
import HTTPTypes
import Postgres
import Testing
import TodoCore

/// `/me`.
struct AccountTests {
    @Test func theAccountIsShownAndChanged() async throws {
        try await APIFixture.run { api in
            let token = try await api.signedIn()
            func patch(_ json: String) async throws -> APIFixture.Answer {
                try await api.send(.patch, "/me", token: token, json: json)
            }
            let user = try await api.send(.get, "/me", token: token).decode(User.self)
            #expect(user.timeZone == nil)
            #expect(user.digestEnabled)
            for zone in ["Europe/Berlin", "UTC", "America/Argentina/Buenos_Aires"] {
                let answer = try await patch(#"{"time_zone": "\#(zone)"}"#)
                #expect(answer.status == .ok)
                #expect(try answer.decode(User.self).timeZone == zone)
            }
            #expect(try await patch(#"{"digest_enabled": false}"#).decode(User.self).digestEnabled == false)
            let unchanged = try await patch("{}").decode(User.self)
            #expect(unchanged.timeZone == "America/Argentina/Buenos_Aires")
            #expect(!unchanged.digestEnabled)
            let cleared = try await patch(#"{"time_zone": null, "digest_enabled": true}"#)
            #expect(try cleared.decode(User.self) == user)
            #expect(try await api.send(.get, "/api/v1/me", token: token).decode(User.self) == user)
        }
    }

    @Test func whatCannotBeIsRefusedAndChangesNothing() async throws {
        try await APIFixture.run { api in
            let token = try await api.signedIn()
            let user = try await api.send(.get, "/me", token: token).decode(User.self)
            for (json, field, type) in [
                (#"{"time_zone": "Europe/Nowhere", "digest_enabled": false}"#, "time_zone", "time_zone"),
                (#"{"time_zone": "", "digest_enabled": false}"#, "time_zone", "time_zone"),
                (#"{"time_zone": "CET"}"#, "time_zone", "time_zone"), (#"{"time_zone": "+02:00"}"#, "time_zone", "time_zone"),
                (#"{"time_zone": "A/B+3"}"#, "time_zone", "time_zone"),
                (#"{"time_zone": "../etc/passwd"}"#, "time_zone", "time_zone"),
                (#"{"time_zone": "posix/Europe/Berlin"}"#, "time_zone", "time_zone"),
                (#"{"time_zone": "Europe/Ber\u0000lin"}"#, "time_zone", "control_character"),
                (#"{"time_zone": 2}"#, "time_zone", "string_type"), (#"{"digest_enabled": "no"}"#, "digest_enabled", "bool_type"),
                (#"{"digest_enabled": null}"#, "digest_enabled", "null"),
                (#"{"digest_enabled": 0}"#, "digest_enabled", "bool_type"),
                (#"{"password": null}"#, "password", "null"), (#"{"email": "you@example.org"}"#, "email", "extra_forbidden"),
                (#"{"id": "00000000-0000-0000-0000-000000000000"}"#, "id", "extra_forbidden"),
                (#"{"created_at": "2026-01-01T00:00:00Z"}"#, "created_at", "extra_forbidden"),
            ] {
                let answer = try await api.send(.patch, "/me", token: token, json: json)
                #expect(answer.status == .unprocessableContent, "\(json)")
                #expect(try answer.problem.errors?.map(\.loc) == [["body", field]], "\(json)")
                #expect(try answer.problem.errors?.map(\.type) == [type], "\(json)")
            }
            #expect(try await api.send(.patch, "/me", token: token, json: "[]").status == .unprocessableContent)
            #expect(try await api.send(.patch, "/me", token: token, json: "{").status == .badRequest)
            #expect(try await api.send(.put, "/me", token: token, json: "{}").headers[.allow] == "GET, HEAD, PATCH, DELETE")
            #expect(try await api.send(.get, "/me", token: token).decode(User.self) == user)
        }
    }

    @Test func thePasswordChangesWithTheCurrentOne() async throws {
        try await APIFixture.run { api in
            let token = try await api.signedIn()
            for (json, field, type) in [
                (#"{"password": "a new horse"}"#, "current_password", "missing"),
                (#"{"password": "a new horse", "current_password": null}"#, "current_password", "null"),
                (#"{"password": "a new horse", "current_password": "wrong horse"}"#, "current_password", "wrong_password"),
                (#"{"password": "a new horse", "current_password": ""}"#, "current_password", "wrong_password"),
                (#"{"password": "short", "current_password": "correct horse"}"#, "password", "string_too_short"),
                (
                    #"{"password": "a new horse", "current_password": "correct horse", "time_zone": "X/Y"}"#, "time_zone",
                    "time_zone"
                ),
            ] {
                let answer = try await api.send(.patch, "/me", token: token, json: json)
                #expect(answer.status == .unprocessableContent, "\(json)")
                #expect(try answer.problem.errors?.map(\.loc) == [["body", field]], "\(json)")
                #expect(try answer.problem.errors?.map(\.type) == [type], "\(json)")
            }
            #expect(try await api.login("me@example.org", "correct horse").status == .ok)
            let good = #"{"password": "a new horse", "current_password": "correct horse"}"#
            let changed = try await api.send(.patch, "/me", token: token, json: good)
            #expect(changed.status == .ok)
            #expect(!String(decoding: changed.body, as: UTF8.self).contains("password"))
            #expect(try await api.login("me@example.org", "correct horse").status == .unauthorized)
            #expect(try await api.login("me@example.org", "a new horse").status == .ok)
            // A token says whose it is and until when, no more.
            #expect(try await api.send(.get, "/me", token: token).status == .ok)
        }
    }

    @Test func aStolenTokenIsNoWayToGuessThePassword() async throws {
        try await APIFixture.run { api in
            let token = try await api.signedIn()
            let guess = #"{"password": "a new horse", "current_password": "wrong horse"}"#
            var refused: APIFixture.Answer?
            for _ in 0..<30 {
                let answer = try await api.send(.patch, "/me", token: token, json: guess)
                if answer.status == .tooManyRequests { refused = answer }
            }
            #expect(refused?.headers[.retryAfter] != nil)
            // The owner can log in all the same, and change everything else.
            #expect(try await api.login("me@example.org", "correct horse").status == .ok)
            #expect(try await api.send(.patch, "/me", token: token, json: #"{"digest_enabled": false}"#).status == .ok)
        }
    }

    @Test func anAccountGoesWithEverythingInIt() async throws {
        try await APIFixture.run { api in
            let token = try await api.signedIn()
            let neighbour = try await api.signedIn("you@example.org")
            for token in [token, neighbour] {
                #expect(
                    try await api.send(.post, "/lists", token: token, json: #"{"key": "WEB", "name": "Web"}"#).status == .created)
                _ = try await api.send(.post, "/tasks", token: token, json: #"{"title": "a", "list": "WEB"}"#)
                let gone = try await api.create("b", token: token)
                _ = try await api.send(.delete, "/tasks/\(gone.id.lowercase)", token: token)
            }
            #expect(try await api.send(.delete, "/me").status == .unauthorized)
            let deleted = try await api.send(.delete, "/me", token: token)
            #expect(deleted.status == .noContent)
            #expect(deleted.body.isEmpty)
            let counts = try await api.pool.query(
                """
                SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM lists), (SELECT count(*) FROM tasks),
                    (SELECT count(DISTINCT user_id) FROM events)
                """)
            let (users, lists, tasks, owners) = try #require(counts.first).decode(Int.self, Int.self, Int.self, Int.self)
            #expect([users, lists, tasks, owners] == [1, 2, 2, 1])
            for (method, path, json) in [
                (HTTPRequest.Method.get, "/me", nil), (.patch, "/me", #"{"digest_enabled": false}"#),
                (.patch, "/me", #"{"time_zone": "UTC"}"#),
                (.patch, "/me", #"{"password": "a new horse", "current_password": "correct horse"}"#),
                (.delete, "/me", nil), (.get, "/lists", nil), (.post, "/lists", #"{"key": "API", "name": "Api"}"#),
                (.patch, "/lists/WEB", #"{"name": "Web"}"#), (.delete, "/lists/WEB", nil),
                (.delete, "/lists/WEB?tasks=move", nil),
            ] as [(HTTPRequest.Method, String, String?)] {
                let answer = try await api.send(method, path, token: token, json: json)
                #expect(answer.status == .unauthorized, "\(method) \(path)")
                #expect(answer.headers[.wwwAuthenticate] == "Bearer")
            }
            #expect(try await api.login("me@example.org", "correct horse").status == .unauthorized)
            // The email is free, and the new account is another one: the old token does not open it.
            #expect(try await api.register("me@example.org", "another horse").status == .created)
            #expect(try await api.send(.get, "/me", token: token).status == .unauthorized)
            #expect(try await api.send(.get, "/tasks", token: neighbour).decode([TodoTask].self).count == 1)
            #expect(try await api.send(.get, "/lists", token: neighbour).decode([TodoList].self).count == 2)
        }
    }
}
