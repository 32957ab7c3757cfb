import FoundationEssentials
import HTTPTypes
import HummingbirdTesting
import Testing

struct HeaderTests {
    private static let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

    @Test func answersOfTheAPIStayOutOfCaches() async throws {
        try await APIFixture.operated { api in
            let token = try await api.signedIn()
            for (method, path) in [(.get, "/tasks"), (.get, "/me"), (.get, "/nothing"), (.put, "/tasks"), (.get, "/healthz")]
                as [(HTTPRequest.Method, String)]
            {
                let answer = try await api.send(method, path, token: token)
                #expect(answer.headers[values: .cacheControl] == ["no-store"], "\(path)")
                #expect(answer.headers[HTTPField.Name("X-Content-Type-Options")!] == "nosniff")
            }
        }
    }

    @Test func thePageIsLockedDown() async throws {
        try await APIFixture.operated(frontend: HeaderTests.root + "/frontend") { api in
            let page = try await api.send(.get, "/")
            #expect(page.headers[.contentType] == "text/html; charset=utf-8")
            let policy = try #require(page.headers[.contentSecurityPolicy])
            for part in [
                "default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "require-trusted-types-for 'script'",
                "trusted-types 'none'",
            ] {
                #expect(policy.split(separator: "; ").contains(part[...]), "\(part)")
            }
            #expect(page.headers[HTTPField.Name("Cross-Origin-Opener-Policy")!] == "same-origin")
            #expect(page.headers[HTTPField.Name("Referrer-Policy")!] == "no-referrer")
            #expect(page.headers[values: .cacheControl] == ["no-cache"])
            #expect(try await api.send(.get, "/index.html").body == page.body)
            #expect(
                try await api.metrics().contains {
                    $0.hasPrefix(#"http_requests_total{method="GET",route="page",status="200"} 2"#)
                })
        }
    }

    @Test func filesHaveTheirTypesAndTags() async throws {
        try await Folder.with { folder in
            let types = [
                "a.html": "text/html; charset=utf-8", "a.js": "text/javascript; charset=utf-8",
                "a.css": "text/css; charset=utf-8", "a.svg": "image/svg+xml", "a.webmanifest": "application/manifest+json",
                "a.json": "application/json", "deep/er/a.js": "text/javascript; charset=utf-8", "a": "application/octet-stream",
            ]
            for name in types.keys { try folder.write(name, "of \(name)") }
            try await APIFixture.operated(frontend: folder.path) { api in
                var tags: Set<String> = []
                for (name, type) in types {
                    let answer = try await api.send(.get, "/\(name)")
                    #expect(answer.headers[.contentType] == type)
                    #expect(answer.body == Array("of \(name)".utf8))
                    let tag = try #require(answer.headers[.eTag])
                    tags.insert(tag)
                    for known in [tag, "W/\(tag)", "\"x\", \(tag)", "*"] {
                        let again = try await api.send(.get, "/\(name)", headers: [.ifNoneMatch: known])
                        #expect(again.status == .notModified)
                        #expect(again.body.isEmpty)
                        #expect(again.headers[.eTag] == tag)
                        #expect(again.headers[.cacheControl] == "no-cache")
                    }
                    #expect(try await api.send(.get, "/\(name)", headers: [.ifNoneMatch: "\"x\""]).status == .ok)
                    let head = try await api.send(.head, "/\(name)")
                    #expect(head.body.isEmpty)
                    #expect(head.headers[.contentLength] == "\(answer.body.count)")
                }
                #expect(tags.count == types.count)
                // Ranges are not offered, and asking for one is no error.
                let range = try await api.send(.get, "/a.js", headers: [.range: "bytes=1-2"])
                #expect(range.status == .ok)
                #expect(range.headers[.acceptRanges] == nil)
            }
        }
    }

    @Test func aChangedFileIsServedAtOnce() async throws {
        try await Folder.with { folder in
            try folder.write("a.js", "old")
            try await APIFixture.operated(frontend: folder.path) { api in
                let old = try await api.send(.get, "/a.js")
                // As an editor or a deployment does it: another file under the name, of the same size.
                try folder.write("a.js", "new")
                let tag = try #require(old.headers[.eTag])
                let new = try await api.send(.get, "/a.js", headers: [.ifNoneMatch: tag])
                #expect(new.status == .ok)
                #expect(new.body == Array("new".utf8))
                try folder.remove("a.js")
                #expect(try await api.send(.get, "/a.js").status == .notFound)
            }
        }
    }

    @Test func whoTakesACompressedFormGetsIt() async throws {
        try await Folder.with { folder in
            for name in ["a.js", "a.js.gz", "a.js.br", "b.js", "b.js.gz", "c.js"] { try folder.write(name, "as \(name)") }
            try await APIFixture.operated(frontend: folder.path) { api in
                for (path, accepted, expected, coding) in [
                    ("/a.js", "gzip, deflate, br, zstd", "a.js.br", "br"), ("/a.js", "gzip", "a.js.gz", "gzip"),
                    ("/a.js", "br;q=0, gzip;q=0.5", "a.js.gz", "gzip"), ("/a.js", "GZIP ; q=1", "a.js.gz", "gzip"),
                    ("/a.js", "br;q=0.000,gzip;q=0", "a.js", nil), ("/a.js", "", "a.js", nil), ("/a.js", "gzipped", "a.js", nil),
                    ("/b.js", "br, gzip", "b.js.gz", "gzip"), ("/c.js", "br, gzip", "c.js", nil),
                ] as [(String, String, String, String?)] {
                    let answer = try await api.send(.get, path, headers: [.acceptEncoding: accepted])
                    #expect(answer.body == Array("as \(expected)".utf8), "\(path) \(accepted)")
                    #expect(answer.headers[.contentEncoding] == coding)
                    #expect(answer.headers[.contentType] == "text/javascript; charset=utf-8")
                    #expect(answer.headers[.vary] == "Accept-Encoding")
                    let tag = try #require(answer.headers[.eTag])
                    let again = try await api.send(.get, path, headers: [.acceptEncoding: accepted, .ifNoneMatch: tag])
                    #expect(again.status == .notModified)
                }
                // What was compressed before the last change is passed over.
                try folder.date("b.js", Date(timeIntervalSinceNow: 60))
                let changed = try await api.send(.get, "/b.js", headers: [.acceptEncoding: "gzip"])
                #expect(changed.body == Array("as b.js".utf8))
                #expect(changed.headers[.contentEncoding] == nil)
            }
        }
    }

    @Test func nothingElseIsServed() async throws {
        try await Folder.with { folder in
            for name in [".env", "deep/.git", "a.js"] { try folder.write(name, "secret") }
            try await APIFixture.operated(frontend: folder.path + "/deep") { api in
                for path in [
                    "/../a.js", "/%2e%2e/a.js", "/..%2fa.js", "/.git", "//a.js", "/./.git", "/", "/deep", "/a.js%00",
                    "/\(folder.path)/a.js",
                ] {
                    let answer = try await api.send(.get, path)
                    #expect(answer.status == .notFound, "\(path)")
                    #expect(answer.headers[.contentType] == "application/problem+json")
                }
                #expect(try await api.send(.post, "/a.js").status == .notFound)
            }
        }
    }

    /// Over a real connection: a body behind the head would be taken for the next answer.
    @Test func answersToHEADHaveNoBody() async throws {
        try await APIFixture.operated(.live) { api in
            for path in ["/nothing", "/tasks", "/healthz", "/metrics"] {
                let head = try await api.send(.head, path)
                #expect(head.body.isEmpty)
                let next = try await api.send(.get, "/healthz")
                #expect(next.status == .ok)
            }
        }
    }
}

/// A folder with files, removed in the end.
private struct Folder: Sendable {
    let path: String

    static func with(_ body: (Folder) async throws -> Void) async throws {
        let folder = Folder(path: FileManager.default.temporaryDirectory.path + "/page-\(UUID().uuidString)")
        try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder.path) }
        try await body(folder)
    }

    func write(_ name: String, _ text: String) throws {
        let file = URL(filePath: "\(path)/\(name)")
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file, options: .atomic)
    }

    func date(_ name: String, _ date: Date) throws {
        try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: "\(path)/\(name)")
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: "\(path)/\(name)") }
}
