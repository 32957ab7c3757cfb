import API
import FoundationEssentials
import HTTPTypes
import HummingbirdTesting
import Postgres
import Testing
import TodoCore

/// The limits as clients meet them; by themselves they are in `RateLimitTests`.
struct AuthLimitTests {
    @Test func tooManyAttemptsAreRefused() async throws {
        try await APIFixture.run(settings: { $0.loginLimit = RateLimit(count: 3, period: .seconds(3000)) }) { api in
            for path in ["/auth/login", "/api/v1/auth/login", "/auth/login"] {
                #expect(
                    try await api.send(.post, path, json: #"{"email": "me@example.org", "password": "x"}"#).status
                        == .unauthorized)
            }
            // What is not even an attempt is told what is wrong with it.
            #expect(try await api.send(.post, "/auth/login", json: "{}").status == .unprocessableContent)
            let refused = try await api.login("me@example.org", "x")
            #expect(refused.status == .tooManyRequests)
            #expect(refused.headers[.contentType] == "application/problem+json")
            let wait = try #require(Int(refused.headers[.retryAfter] ?? ""))
            #expect((900...1000).contains(wait))
            #expect(try refused.problem.detail?.contains("\(wait) seconds") == true)
            #expect(
                try await api.send(.post, "/auth/login", json: "username=a&password=b", headers: APIFixture.form).status
                    == .tooManyRequests)
            // Registration has a limit of its own.
            #expect(try await api.register("me@example.org", "correct horse").status == .created)
        }
        try await APIFixture.run(settings: { $0.registrationLimit = RateLimit(count: 2, period: .seconds(3000)) }) { api in
            #expect(try await api.register("a@example.org", "correct horse").status == .created)
            #expect(try await api.register("a@example.org", "correct horse").status == .conflict)
            let refused = try await api.register("b@example.org", "correct horse")
            #expect(refused.status == .tooManyRequests)
            #expect(Int(refused.headers[.retryAfter] ?? "").map { $0 >= 1 } == true)
            #expect(try await api.login("a@example.org", "correct horse").status == .ok)
            #expect(try await api.pool.query("SELECT FROM users").count == 1)
        }
    }

    @Test func anAccountIsLimitedHoweverItIsWritten() async throws {
        try await APIFixture.run(settings: { $0.loginLimit = RateLimit(count: 1000, period: .seconds(1)) }) { api in
            var refused = 0
            for email in ["me@example.org", "ME@example.org", " me@example.org", "me@example.org\t", "Me@Example.org"] {
                for _ in 0..<5 where try await api.login(email, "wrong horse").status == .tooManyRequests { refused += 1 }
            }
            // 25 attempts, of which 10 are free; on a slow machine one comes back every 6 seconds.
            #expect(refused > 5)
            #expect(try await api.login("you@example.org", "wrong horse").status == .unauthorized)
        }
    }

    @Test func aTrustedProxyTellsWhoTheClientIs() async throws {
        func statuses(trusted: String) async throws -> [Int] {
            let statuses = Collected<Int>()
            try await APIFixture.run(
                .live,
                settings: {
                    $0.loginLimit = RateLimit(count: 1, period: .seconds(3000))
                    $0.trustedProxies = TrustedProxies(trusted) ?? .none
                }
            ) { api in
                for forwarded in ["192.0.2.1", "192.0.2.1", "192.0.2.2", "192.0.2.3, 192.0.2.1"] {
                    let headers: HTTPFields = [HTTPField.Name("X-Forwarded-For")!: forwarded]
                    statuses.append(
                        try await api.login("\(forwarded.count)@example.org", "wrong horse", headers: headers).status.code)
                }
            }
            return statuses.all
        }
        #expect(try await statuses(trusted: "127.0.0.0/8, ::1") == [401, 429, 401, 429])
        // From anybody else the header is just a claim.
        #expect(try await statuses(trusted: "10.0.0.0/8") == [401, 429, 429, 429])
    }
}
