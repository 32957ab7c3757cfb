import FoundationEssentials
import HTTPTypes
import Postgres
import Telemetry
import Testing
import TodoCore

struct MetricsTests {
    @Test func anybodyMayReadThem() async throws {
        try await APIFixture.operated { api in
            for path in ["/metrics", "/api/v1/metrics"] {
                let answer = try await api.send(.get, path)
                #expect(answer.status == .ok)
                #expect(answer.headers[.contentType] == Registry.contentType)
            }
            await api.pool.close()
            #expect(try await api.metrics().contains("todo_database_connections{state=\"idle\"} 0"))
        }
    }

    @Test func requestsAreCountedByRoute() async throws {
        try await APIFixture.operated { api in
            let token = try await api.signedIn()
            _ = try await api.create("a", token: token)
            for path in ["/tasks/1", "/tasks/NO-1", "/tasks/\(UUID())", "/api/v1/tasks/1", "/secret-1", "/secret-2?x=secret-3"] {
                _ = try await api.send(.get, path, token: token)
            }
            _ = try await api.send(.get, "/tasks?q=secret-4")
            _ = try await api.send(.put, "/tasks", token: token)
            _ = try await api.send(.head, "/tasks", token: token)
            for name in ["BREW", "SECRET"] { _ = try await api.send(HTTPRequest.Method(name)!, "/tasks") }
            let lines = try await api.metrics()
            for expected in [
                #"{method="GET",route="/tasks/{id}",status="200"} 2"#, #"{method="GET",route="/tasks/{id}",status="404"} 2"#,
                #"{method="GET",route="unmatched",status="404"} 2"#, #"{method="GET",route="/tasks",status="401"} 1"#,
                #"{method="POST",route="/tasks",status="201"} 1"#, #"{method="PUT",route="/tasks",status="405"} 1"#,
                #"{method="HEAD",route="/tasks",status="200"} 1"#, #"{method="POST",route="/auth/login",status="200"} 1"#,
                #"{method="other",route="unmatched",status="404"} 2"#,
            ] {
                #expect(lines.contains("http_requests_total" + expected), "\(expected)")
            }
            #expect(lines.contains(#"http_request_duration_seconds_count{method="GET",route="/tasks/{id}"} 4"#))
            #expect(lines.contains(#"http_request_duration_seconds_bucket{method="GET",route="/tasks/{id}",le="+Inf"} 4"#))
            // The scrape itself.
            #expect(lines.contains("http_requests_in_flight 1"))
            #expect(!lines.contains { $0.lowercased().contains("secret") || $0.contains("api/v1") })
        }
    }

    @Test func theConnectionsAreCounted() async throws {
        try await APIFixture.operated { api in
            _ = try await api.signedIn()
            let lines = try await api.metrics()
            #expect(lines.contains("todo_database_connections{state=\"busy\"} 0"))
            #expect(lines.contains("todo_database_connections{state=\"idle\"} 1"))
            #expect(lines.contains("todo_database_connections_max 4"))
            #expect(lines.contains("todo_database_opened_total 1"))
            let leases = lines.first { $0.hasPrefix("todo_database_leases_total ") }?.split(separator: " ").last
            #expect(leases.flatMap { Int($0) } == api.pool.statistics().leases)
        }
    }
}

/// What is logged of requests.
struct RequestLogTests {
    @Test func aRequestIsOneLineWithoutItsQuery() async throws {
        let log = LogRecorder()
        try await APIFixture.operated(log: log) { api in
            let token = try await api.signedIn()
            let user = try await api.send(.get, "/me", token: token).decode(User.self)
            let headers: HTTPFields = [HTTPField.Name("X-Request-Id")!: "r-42"]
            _ = try await api.send(.get, "/tasks?q=secret", token: token, headers: headers)
            let lines = log.lines.split(separator: "\n").filter { $0.contains("r-42") }
            let line = try #require(lines.first)
            #expect(lines.count == 1)
            for part in ["debug", "/tasks", "GET", "200", user.id.lowercase, "duration_ms"] {
                #expect(line.contains(part), "\(part)")
            }
            #expect(!log.lines.contains("secret"))
            #expect(!log.lines.contains(token))
        }
    }

    @Test func aDatabaseThatIsGoneIsAWarning() async throws {
        let log = LogRecorder()
        try await APIFixture.operated(log: log) { api in
            let token = try await api.signedIn()
            await api.pool.close()
            let answer = try await api.send(.get, "/tasks", token: token)
            #expect(answer.status == .serviceUnavailable)
            #expect(answer.headers[.retryAfter] == "1")
            let id = try #require(answer.headers[HTTPField.Name("X-Request-Id")!])
            let line = try #require(log.lines.split(separator: "\n").first { $0.contains(id) })
            #expect(line.contains("warning"))
            #expect(line.contains("the pool is closed"))
        }
    }

    @Test func idsAreUUIDsOfTheirTimeAndNeverTheSame() async throws {
        try await APIFixture.operated { api in
            let name = HTTPField.Name("X-Request-Id")!
            let before = UInt64(Date().timeIntervalSince1970 * 1000)
            var ids: Set<String> = []
            for _ in 0..<100 { ids.insert(try await api.send(.get, "/healthz").headers[name] ?? "") }
            let after = UInt64(Date().timeIntervalSince1970 * 1000)
            #expect(ids.count == 100)
            for id in ids {
                let bytes = try #require(UUID(uuidString: id)).uuid
                #expect(id == id.lowercased())
                #expect(bytes.6 >> 4 == 7)
                #expect(bytes.8 >> 6 == 2)
                let time = [bytes.0, bytes.1, bytes.2, bytes.3, bytes.4, bytes.5].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
                #expect((before...after).contains(time))
            }
            for id in ["", "a b", String(repeating: "x", count: 129), "ä"] {
                let answer = try await api.send(.get, "/healthz", headers: [name: id])
                #expect(UUID(uuidString: answer.headers[name] ?? "") != nil, "\(id)")
            }
        }
    }
}
