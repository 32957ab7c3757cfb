import FoundationEssentials
import Logging
import Postgres
import Store
import Testing
import TodoCore

struct AccountTests {
    @Test func anEmailIsTakenWithoutRegardToCase() async throws {
        let store = try await StoreFixture.make()
        await #expect(throws: StoreError.self) {
            try await store.users.create(email: "ME@Example.org", passwordHash: "x", requestID: nil)
        }
        #expect(try await store.users.passwordHash(email: "Me@example.ORG")?.id == store.user.id)
        #expect(try await store.users.passwordHash(email: "nobody@example.org") == nil)
        #expect(try await store.users.user(store.user.id) == store.user)
    }

    @Test func aHashIsReplacedUnlessThePasswordWasChanged() async throws {
        let store = try await StoreFixture.make()
        let stranger = try await store.users.create(email: "you@example.org", passwordHash: "x", requestID: nil).id
        try await store.users.replacePasswordHash(of: store.user.id, "x", with: "y")
        #expect(try await store.users.passwordHash(user: store.user.id) == "y")
        try await store.users.replacePasswordHash(of: store.user.id, "x", with: "z")
        #expect(try await store.users.passwordHash(user: store.user.id) == "y")
        #expect(try await store.users.passwordHash(user: stranger) == "x")
    }

    @Test func anAccountThatIsGoneHasNoLists() async throws {
        let store = try await StoreFixture.make()
        let user = store.user.id
        let key = try #require(ListKey("WEB"))
        await expectError(StoreError.noSuchList(key: "WEB")) {
            _ = try await store.lists.update(user: user, key: key, newKey: nil, name: "Web")
        }
        await expectError(StoreError.noSuchList(key: "WEB")) {
            try await store.lists.delete(user: user, key: key, movesTasks: true, requestID: nil)
        }
        try await store.users.delete(user)
        await expectError(StoreError.noSuchUser) { _ = try await store.lists.all(user: user) }
        await expectError(StoreError.noSuchUser) { _ = try await store.lists.create(user: user, key: key, name: "Web") }
        await expectError(StoreError.noSuchUser) {
            _ = try await store.lists.update(user: user, key: key, newKey: nil, name: "Web")
        }
        await expectError(StoreError.noSuchUser) {
            try await store.lists.delete(user: user, key: key, movesTasks: true, requestID: nil)
        }
        await expectError(StoreError.noSuchUser) { try await store.users.delete(user) }
        await expectError(StoreError.noSuchUser) { _ = try await store.users.update(user, digestEnabled: false) }
        #expect(try await store.pool.query("SELECT FROM events").isEmpty)
    }

    private func expectError(
        _ expected: StoreError, at place: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
    ) async {
        do {
            try await body()
            Issue.record("nothing was thrown", sourceLocation: place)
        } catch { #expect("\(error)" == "\(expected)", sourceLocation: place) }
    }

    @Test func twoUsersNeverSeeEachOthersTasks() async throws {
        let store = try await StoreFixture.make()
        let stranger = try await store.users.create(email: "you@example.org", passwordHash: "x", requestID: nil).id
        let (task, _) = try await store.tasks.create(user: store.user.id, TaskDraft(title: "mine"), requestID: nil)
        for reference in [TaskReference.id(task.id), .number(list: nil, number: 1)] {
            await #expect(throws: StoreError.self) { try await store.tasks.task(user: stranger, reference) }
            await #expect(throws: StoreError.self) {
                try await store.tasks.update(user: stranger, reference, TaskPatch(done: true), ifVersion: nil, requestID: nil)
            }
            await #expect(throws: StoreError.self) {
                try await store.tasks.delete(user: stranger, reference, ifVersion: nil, requestID: nil)
            }
            await #expect(throws: StoreError.self) { try await store.tasks.restore(user: stranger, reference, requestID: nil) }
        }
        #expect(try await store.tasks.page(user: stranger, filter: TaskFilter()).total == 0)
        #expect(try await store.tasks.task(user: store.user.id, .id(task.id)) == task)
    }

    @Test func listKeysAreUniqueToTheirOwner() async throws {
        let store = try await StoreFixture.make()
        let key = try #require(ListKey("WEB"))
        _ = try await store.lists.create(user: store.user.id, key: key, name: "Website")
        await #expect(throws: StoreError.self) { try await store.lists.create(user: store.user.id, key: key, name: "Again") }
        let stranger = try await store.users.create(email: "you@example.org", passwordHash: "x", requestID: nil).id
        _ = try await store.lists.create(user: stranger, key: key, name: "Theirs")
        #expect(try await store.lists.all(user: store.user.id).map(\.name) == ["Inbox", "Website"])
    }

    @Test(arguments: [
        (ServiceRole.scheduler, "SELECT id, email, time_zone FROM users", true),
        (.scheduler, "SELECT count(*) FROM tasks", true),
        (.scheduler, "SELECT password_hash FROM users", false),
        (.scheduler, "INSERT INTO processed_events (event_id) VALUES (gen_random_uuid())", false),
        (.scheduler, "UPDATE tasks SET done = true", false),
        (.scheduler, "DELETE FROM users", false),
        (.mailer, "INSERT INTO processed_events (event_id) VALUES (gen_random_uuid())", true),
        (.mailer, "SELECT count(*) FROM processed_events", true),
        (.mailer, "DELETE FROM processed_events", false),
        (.mailer, "SELECT email FROM users", false),
        (.mailer, "SELECT title FROM tasks", false),
        (.api, "UPDATE relay_cursor SET seq = 0", true),
        (.api, "DROP TABLE tasks", false),
    ])
    func eachServiceHasJustTheRightsItNeeds(_ role: ServiceRole, _ statement: String, _ isAllowed: Bool) async throws {
        let store = try await StoreFixture.make()
        var configuration = try PostgresConfiguration(store.url)
        configuration.role = role.rawValue
        let pool = PostgresPool(configuration, size: 1, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        do {
            _ = try await pool.query(SQL(unsafe: statement))
            #expect(isAllowed)
        } catch {
            #expect(!isAllowed)
            #expect(error.sqlState == "42501")
        }
        await pool.close()
    }
}
