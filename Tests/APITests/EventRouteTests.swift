import FoundationEssentials
import HTTPTypes
import HummingbirdTesting
import Postgres
import Testing
import TodoCore

/// The edges of GET /events and POST /task/create_event; what they do with a broker is tested with the whole system.
@Suite(.timeLimit(.minutes(1)))
struct EventRouteTests {
    @Test(arguments: ["/events", "/api/v1/events"])
    func aStreamNeedsATokenAndAPlaceThatIsOne(_ path: String) async throws {
        try await APIFixture.run { api in
            #expect(try await api.send(.get, path).status == .unauthorized)
            let token = try await api.signedIn()
            for place in ["x", "1", "1-", "-1", "1-2-3", "01-2", "99999999999999999999-1"] {
                let refused = try await api.send(.get, path, token: token, headers: [.init("Last-Event-ID")!: place])
                #expect(refused.status == .unprocessableContent, "\(place)")
                #expect(try refused.problem.errors?.map(\.loc) == [["header", "Last-Event-ID"]])
            }
            #expect(try await api.send(.post, path, token: token).status == .methodNotAllowed)
        }
    }

    @Test func whoOnlyAsksForTheHeadGetsNoStream() async throws {
        try await APIFixture.run(.live) { api in
            let token = try await api.signedIn()
            let head = try await api.send(.head, "/events", token: token, headers: [.init("Last-Event-ID")!: "1-2"])
            #expect(head.status == .ok)
            #expect(head.headers[.contentType] == "text/event-stream" && head.headers[.cacheControl] == "no-store")
        }
    }

    @Test func aTaskIsAskedForOnlyIfItCouldBeMade() async throws {
        try await APIFixture.run { api in
            let token = try await api.signedIn()
            func answer(_ json: String, token: String?) async throws -> APIFixture.Answer {
                try await api.send(.post, "/task/create_event", token: token, json: json)
            }
            #expect(try await answer(#"{"title": "a"}"#, token: nil).status == .unauthorized)
            for json in [#"{"title": ""}"#, #"{"title": "a", "list": "NONE"}"#, #"{"title": "a", "user_id": "x"}"#] {
                #expect(try await answer(json, token: token).status == .unprocessableContent, "\(json)")
            }
            // Good, but there is no broker here.
            let refused = try await answer(#"{"title": "a"}"#, token: token)
            #expect(refused.status == .serviceUnavailable && refused.headers[.retryAfter] != nil)
            try await api.pool.query("DELETE FROM users")
            #expect(try await answer(#"{"title": "a"}"#, token: token).status == .unauthorized)
        }
    }
}
