import API
import HTTPTypes
import Testing

struct CORSTests {
    private static let exposed = "ETag, Link, Location, Retry-After, X-Request-Id, X-Total-Count"

    private func preflight(_ origin: String, _ method: String = "PATCH") -> HTTPFields {
        [.origin: origin, .accessControlRequestMethod: method, .accessControlRequestHeaders: "authorization, if-match"]
    }

    @Test func aListOfOriginsIsExact() async throws {
        let policy = try CORSPolicy(parsing: "https://app.example.org, http://localhost:5173")
        try await APIFixture.operated(cors: policy) { api in
            for origin in ["https://app.example.org", "http://localhost:5173"] {
                let asked = try await api.send(.options, "/api/v1/tasks/1", headers: preflight(origin))
                #expect(asked.status == .noContent)
                #expect(asked.body.isEmpty)
                #expect(asked.headers[.accessControlAllowOrigin] == origin)
                #expect(asked.headers[.accessControlAllowMethods] == "GET, HEAD, POST, PATCH, DELETE")
                let allowed = "Authorization, Content-Type, If-Match, Last-Event-ID, X-Request-Id"
                #expect(asked.headers[.accessControlAllowHeaders] == allowed)
                #expect(asked.headers[.accessControlAllowCredentials] == nil)
                #expect(asked.headers[.vary] == "Origin")
                let read = try await api.send(.get, "/healthz", headers: [.origin: origin])
                #expect(read.headers[.accessControlAllowOrigin] == origin)
                #expect(read.headers[.accessControlExposeHeaders] == CORSTests.exposed)
                #expect(read.headers[.vary] == "Origin")
            }
            // A page has to be able to read what went wrong as well.
            let refused = try await api.send(.get, "/tasks", headers: [.origin: "https://app.example.org"])
            #expect(refused.status == .unauthorized)
            #expect(refused.headers[.accessControlAllowOrigin] == "https://app.example.org")
        }
    }

    @Test func othersGetNothing() async throws {
        let policy = try CORSPolicy(parsing: "https://app.example.org")
        try await APIFixture.operated(cors: policy) { api in
            for origin in [
                "https://evil.example", "https://app.example.org.evil.example", "http://app.example.org", "null",
                "https://app.example.org:8443", "https://APP.example.org",
            ] {
                let asked = try await api.send(.options, "/auth/login", headers: preflight(origin))
                let read = try await api.send(.get, "/healthz", headers: [.origin: origin])
                #expect(asked.status == .methodNotAllowed, "\(origin)")
                #expect(read.status == .ok)
                for headers in [asked.headers, read.headers] {
                    #expect(!headers.contains { $0.name.canonicalName.hasPrefix("access-control-") }, "\(origin)")
                    #expect(headers[.vary] == "Origin")
                }
            }
            // Caches have to know it even then.
            #expect(try await api.send(.get, "/healthz").headers[.vary] == "Origin")
            // No preflight: there is no method that is asked for.
            let options = try await api.send(.options, "/auth/login", headers: [.origin: "https://app.example.org"])
            #expect(options.status == .methodNotAllowed)
        }
    }

    @Test func aStarIsForAll() async throws {
        try await APIFixture.operated(cors: try CORSPolicy(parsing: "*")) { api in
            let asked = try await api.send(.options, "/tasks", headers: preflight("https://any.example", "POST"))
            #expect(asked.status == .noContent)
            #expect(asked.headers[.accessControlAllowOrigin] == "*")
            let read = try await api.send(.get, "/healthz", headers: [.origin: "null"])
            #expect(read.headers[.accessControlAllowOrigin] == "*")
            #expect(read.headers[.vary] == nil)
        }
    }

    @Test func withoutTheSettingThereIsNone() async throws {
        try await APIFixture.operated { api in
            let asked = try await api.send(.options, "/auth/login", headers: preflight("https://app.example.org"))
            #expect(asked.status == .methodNotAllowed)
            #expect(!asked.headers.contains { $0.name.canonicalName.hasPrefix("access-control-") || $0.name == .vary })
        }
    }

    @Test func originsAreReadAsBrowsersWriteThem() throws {
        #expect(try CORSPolicy(parsing: "HTTPS://App.Example:443") == CORSPolicy(parsing: "https://app.example"))
        #expect(try CORSPolicy(parsing: "http://a:80 ,http://b") == CORSPolicy(parsing: "http://b,http://a"))
        #expect(try CORSPolicy(parsing: "http://[::1]:3000") != CORSPolicy(parsing: "http://[::1]"))
        for list in [
            "", ",", "a.example", "https://", "https://a/", "https://a/b", "https://a b", "ftp://a", "https://a:", "https://a:0",
            "https://a:65536", "https://a:080", "https://u@a", "null", "https://*.example", "https://a?b", "*, https://a",
            "https://[::1", "https://[]", "https://ä.example", "https://a,,https://b", "https://[::1]x", "https://.a",
        ] {
            #expect(throws: CORSPolicy.Malformed.self, "\(list)") { try CORSPolicy(parsing: list) }
        }
    }
}
