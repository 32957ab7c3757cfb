import Postgres
import Testing

@Suite struct MigrationTests {
    private let users = PostgresMigration(name: "0001_users", sql: "CREATE TABLE users (id int); INSERT INTO users VALUES (1);")
    private let tasks = PostgresMigration(name: "0002_tasks", sql: "CREATE TABLE tasks (id int);")

    private func apply(
        _ migrations: [PostgresMigration], _ configuration: PostgresConfiguration
    ) async throws(PostgresError) -> [String] {
        try await PostgresMigrator.apply(migrations, to: configuration, logger: quiet)
    }

    @Test func appliesWhatIsMissing() async throws {
        let configuration = try await freshSchema()
        let pool = PostgresPool(configuration, size: 1, logger: quiet)
        #expect(try await PostgresMigrator.pending([users], on: pool) == ["0001_users"])
        #expect(try await apply([users], configuration) == ["0001_users"])
        #expect(try await apply([users, tasks], configuration) == ["0002_tasks"])
        #expect(try await apply([users, tasks], configuration) == [])
        #expect(try await PostgresMigrator.pending([users, tasks], on: pool) == [])
        #expect(try await pool.query("SELECT * FROM users").count == 1)
        await pool.close()
    }

    @Test func oneOfManyAtOnceDoesTheWork() async throws {
        let configuration = try await freshSchema()
        let migrations = [users, tasks]
        let names = try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<8 {
                group.addTask { try await PostgresMigrator.apply(migrations, to: configuration, logger: quiet) }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(names == ["0001_users", "0002_tasks"])
        let connection = try await PostgresConnection.connect(configuration, logger: quiet)
        #expect(try await connection.query("SELECT * FROM users").count == 1)
        #expect(try await connection.query("SELECT name FROM schema_migrations").count == 2)
    }

    @Test func aFailingOneLeavesNothingAndNamesTheLine() async throws {
        let configuration = try await freshSchema()
        let broken = PostgresMigration(name: "0002_broken", sql: "CREATE TABLE half (id int);\nINSERT INTO nowhere VALUES (1);")
        let error = try await postgresError { _ = try await apply([users, broken, tasks], configuration) }
        #expect(error.message.hasPrefix("migration 0002_broken: line 2: ") && error.sqlState == "42P01")
        let connection = try await PostgresConnection.connect(configuration, logger: quiet)
        let left = try await connection.query("SELECT to_regclass('half') IS NULL, to_regclass('tasks') IS NULL")[0]
        #expect(try left.decode(Bool.self, Bool.self) == (true, true))
        #expect(try await apply([users, tasks], configuration) == ["0002_tasks"])
    }

    @Test func aMigrationMayNotEndItsTransaction() async throws {
        let configuration = try await freshSchema()
        let sly = PostgresMigration(name: "0001_sly", sql: "CREATE TABLE a (id int); COMMIT;")
        let error = try await postgresError { _ = try await apply([sly], configuration) }
        #expect(error.message.contains("0001_sly") && error.message.contains("ended the transaction"))
    }

    @Test func aChangedOneIsNamed() async throws {
        let configuration = try await freshSchema()
        _ = try await apply([users, tasks], configuration)
        let changed = PostgresMigration(name: users.name, sql: users.sql + " ")
        let error = try await postgresError { _ = try await apply([changed, tasks], configuration) }
        #expect(error.kind == .migration && error.message.contains("0001_users") && error.message.contains("changed"))
    }

    @Test func plans() throws {
        let known = [("a", "1"), ("b", "2"), ("c", "3")].map { (name: $0.0, checksum: $0.1) }
        #expect(try MigrationPlan.pending(known, applied: [:]) == ["a", "b", "c"])
        #expect(try MigrationPlan.pending(known, applied: ["a": "1"]) == ["b", "c"])
        #expect(try MigrationPlan.pending([], applied: [:]) == [])
        for (applied, culprit) in [(["a": "1", "c": "3"], "b"), (["a": "1", "zed": "9"], "zed"), (["a": "x"], "migration a")] {
            let error = try #require(throws: PostgresError.self) { try MigrationPlan.pending(known, applied: applied) }
            #expect(error.kind == .migration && error.message.contains(culprit))
        }
        let twice = try #require(throws: PostgresError.self) { try MigrationPlan.pending(known + known, applied: [:]) }
        #expect(twice.message.contains("two migrations"))
    }
}
