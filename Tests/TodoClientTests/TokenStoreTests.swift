import FoundationEssentials
import Glibc
import TestSupport
import Testing
import TodoClient
import TodoCore

@Suite struct TokenStoreTests {
    private static let token = StoredToken(
        accessToken: "abc", email: "a@x.org", expiresAt: Date(timeIntervalSince1970: 1_700_000_000))

    @Test func onlyTheOwnerCanRead() throws {
        let old = umask(0)
        defer { umask(old) }
        let folder = TemporaryFolder()
        let store = TokenStore(folder: folder.path + "/a/b/todo")
        try store.save(Self.token, for: .standard)
        #expect(folder.mode(store.folder) == 0o700)
        #expect(folder.mode(store.file(for: .standard)) == 0o600)
        #expect(try store.read(for: .standard) == Self.token)
    }

    @Test func looseModesAreTightened() throws {
        let folder = TemporaryFolder()
        let store = TokenStore(folder: folder.path + "/todo")
        try store.save(Self.token, for: .standard)
        chmod(store.folder, 0o755)
        chmod(store.file(for: .standard), 0o644)
        try store.save(Self.token, for: .standard)
        #expect(folder.mode(store.folder) == 0o700 && folder.mode(store.file(for: .standard)) == 0o600)
    }

    @Test func eachServerHasItsOwn() throws {
        let folder = TemporaryFolder()
        let store = TokenStore(folder: folder.path)
        let other = try ServerURL("https://todo.example.org/team")
        var second = Self.token
        second.accessToken = "def"
        try store.save(Self.token, for: .standard)
        try store.save(second, for: other)
        #expect(try store.read(for: .standard) == Self.token)
        #expect(try store.read(for: other) == second)
        #expect(try store.remove(for: .standard) && !store.remove(for: .standard))
        #expect(try store.read(for: .standard) == nil && store.read(for: other) == second)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 1)
    }

    @Test func aSpoiledFileCountsAsNone() throws {
        let folder = TemporaryFolder()
        let store = TokenStore(folder: folder.path)
        try store.save(Self.token, for: .standard)
        try Data("{".utf8).write(to: URL(filePath: store.file(for: .standard)))
        #expect(try store.read(for: .standard) == nil)
    }

    @Test func writersNeverShowHalfAFile() async throws {
        let folder = TemporaryFolder()
        let store = TokenStore(folder: folder.path)
        try store.save(Self.token, for: .standard)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<50 {
                group.addTask {
                    var token = Self.token
                    token.accessToken = String(repeating: "\(number % 10)", count: 5000)
                    try store.save(token, for: .standard)
                }
                group.addTask {
                    let token = try store.read(for: .standard)
                    #expect(token != nil)
                }
            }
            try await group.waitForAll()
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 1)
    }

    @Test func aFolderThatCannotBeMadeIsTold() throws {
        let folder = TemporaryFolder()
        try folder.write("", to: "file")
        let store = TokenStore(folder: folder.path + "/file/todo")
        let error = try #require(throws: FileError.self) { try store.save(Self.token, for: .standard) }
        #expect(error.message == "Can't write \(folder.path)/file/todo: Not a directory.")
    }

    @Test func aLoginIsKeptAndForgotten() async throws {
        let folder = TemporaryFolder()
        let test = try TestClient(token: nil, stateFolder: folder.path) { request, _ in
            request.target.hasSuffix("login")
                ? .response(200, [:], json(AccessToken(accessToken: "fresh", expiresIn: 60))) : .response(200, [:], "[]")
        }
        defer { test.server.stop() }
        #expect(!test.client.isLoggedIn)
        try await test.client.login(email: "a@x.org", password: "12345678")
        #expect(test.client.isLoggedIn)
        let next = try TodoClient(configuration: test.client.configuration)
        _ = try await next.tasks()
        #expect(test.requests.all.last?.headers["authorization"] == "Bearer fresh")
        #expect(try next.logout() && !next.logout())
        #expect(try !TodoClient(configuration: test.client.configuration).isLoggedIn)
    }

    @Test func aTokenFromTheEnvironmentIsUsedInstead() async throws {
        let folder = TemporaryFolder()
        let test = try TestClient(token: "env", stateFolder: folder.path) { _, _ in .response(200, [:], "[]") }
        defer { test.server.stop() }
        try TokenStore(folder: folder.path).save(Self.token, for: test.client.configuration.url)
        _ = try await test.client.tasks()
        #expect(test.requests.all.last?.headers["authorization"] == "Bearer env")
    }
}
