import FoundationEssentials
import TestSupport
import Testing
import TodoClient
import TodoCore

@Suite struct AccountTests {
    private static let user = User(id: UUID(), email: "me@example.org", createdAt: Date(timeIntervalSince1970: 0))

    private func client(stateFolder: String? = nil, token: String? = "secret") throws -> TestClient {
        try TestClient(token: token, stateFolder: stateFolder) { request, _ in
            switch (request.method, request.target) {
            case ("DELETE", _): .response(204)
            case (_, "/api/v1/auth/login"): .response(200, [:], json(AccessToken(accessToken: "new", expiresIn: 60)))
            default: .response(200, [:], json(Self.user))
            }
        }
    }

    @Test(arguments: [
        (AccountPatch(), "{}"), (AccountPatch(timeZone: "Europe/Berlin"), #"{"time_zone":"Europe/Berlin"}"#),
        (AccountPatch(timeZone: .some(nil)), #"{"time_zone":null}"#),
        (AccountPatch(digestEnabled: false), #"{"digest_enabled":false}"#),
        (AccountPatch(timeZone: .some(nil), digestEnabled: true), #"{"digest_enabled":true,"time_zone":null}"#),
    ])
    func onlyWhatChangesIsSent(patch: AccountPatch, body: String) async throws {
        let test = try client()
        defer { test.server.stop() }
        #expect(try await test.client.updateAccount(patch) == Self.user)
        #expect(test.lines == ["PATCH /api/v1/me"] && test.requests.all.first?.text == body)
    }

    @Test func aPasswordIsChangedWithTheOldOne() async throws {
        let test = try client()
        defer { test.server.stop() }
        #expect(try await test.client.changePassword(from: "old secret", to: "new secret") == Self.user)
        #expect(test.lines == ["PATCH /api/v1/me"])
        #expect(test.requests.all.first?.text == #"{"current_password":"old secret","password":"new secret"}"#)
    }

    @Test func aDeletedAccountHasNoLoginAnyMore() async throws {
        let folder = TemporaryFolder()
        let test = try client(stateFolder: folder.path, token: nil)
        defer { test.server.stop() }
        try await test.client.login(email: "me@example.org", password: "12345678")
        let file = TokenStore(folder: folder.path).file(for: test.client.configuration.url)
        #expect(folder.mode(file) == 0o600)
        try await test.client.deleteAccount()
        #expect(test.lines.last == "DELETE /api/v1/me" && !test.client.isLoggedIn && folder.mode(file) == nil)
    }

    @Test func theKeptLoginOfAnotherAccountStays() async throws {
        let folder = TemporaryFolder()
        let test = try client(stateFolder: folder.path)
        defer { test.server.stop() }
        let store = TokenStore(folder: folder.path)
        let kept = StoredToken(accessToken: "other", email: "other@example.org", expiresAt: Date(timeIntervalSince1970: 0))
        try store.save(kept, for: test.client.configuration.url)
        try await test.client.deleteAccount()
        #expect(!test.client.isLoggedIn)
        #expect(try store.read(for: test.client.configuration.url) == kept)
    }

    @Test func anAccountThatIsNotDeletedKeepsItsLogin() async throws {
        let test = try TestClient { _, _ in problem(503, "later") }
        defer { test.server.stop() }
        await expectClientError {
            if case .server = $0 { true } else { false }
        } from: {
            try await test.client.deleteAccount()
        }
        #expect(test.client.isLoggedIn && test.lines.count == 1)
    }
}
