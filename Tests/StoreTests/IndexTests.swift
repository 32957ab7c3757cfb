import FoundationEssentials
import Postgres
import Store
import Testing
import TodoCore

/// What the server does for a list of tasks in a table of 100,000.
struct IndexTests {
    @Test func noListReadsTheWholeTable() async throws {
        let store = try await StoreFixture.make()
        try await store.pool.query(
            """
            INSERT INTO users (id, email, password_hash)
            SELECT md5('u' || n)::uuid, 'u' || n || '@example.org', 'x' FROM generate_series(1, 50) n
            """)
        try await store.pool.query(
            """
            INSERT INTO lists (id, owner_id, key, name)
            SELECT md5('l' || n)::uuid, md5('u' || (n + 1) / 2)::uuid, CASE WHEN n % 2 = 0 THEN 'WEB' END, 'A list'
            FROM generate_series(1, 100) n
            """)
        try await store.pool.query(
            """
            INSERT INTO tasks (id, user_id, list_id, number, title, done, done_at, due_on, priority, tags, created_at, deleted_at)
            SELECT gen_random_uuid(), md5('u' || 1 + n % 50)::uuid, md5('l' || 1 + n % 50 * 2 + n / 50 % 2)::uuid, n,
                'task number ' || n, n % 3 = 0, CASE WHEN n % 3 = 0 THEN now() END,
                CASE WHEN n % 4 = 0 THEN date '2026-12-01' + n % 60 END, n % 4, ARRAY['tag' || n % 5],
                now() - make_interval(secs => n), CASE WHEN n % 20 = 0 THEN now() END
            FROM generate_series(1, 100000) n
            """)
        try await store.pool.query("ANALYZE tasks")
        try await store.pool.query("ANALYZE lists")
        let user = try #require(
            try await store.pool.query("SELECT id FROM users WHERE email = 'u1@example.org'").decode(UUID.self).first)
        for (name, filter) in try Self.filters() {
            for sort in TaskSort.all {
                var filter = filter
                filter.sort = try #require(TaskSort(sort))
                for statement in store.tasks.store.statements(user: user, filter: filter) {
                    // As a server runs it that has seen it often: one plan for all values.
                    let plan = try await store.pool.withTransaction { connection in
                        try connection.query("SET LOCAL plan_cache_mode = force_generic_plan")
                        return try connection.query("EXPLAIN \(statement)").decode(String.self).joined(separator: "\n")
                    }
                    #expect(plan.contains("Index"), "\(name) \(sort):\n\(plan)")
                    #expect(!plan.contains("Seq Scan on tasks"), "\(name) \(sort):\n\(plan)")
                }
            }
        }
        // The usual list needs no sorting either.
        let newest = try #require(store.tasks.store.statements(user: user, filter: TaskFilter()).first)
        let plan = try await store.pool.query("EXPLAIN \(newest)").decode(String.self).joined(separator: "\n")
        #expect(plan.contains("Index Scan using tasks_user_id_newest"), "\(plan)")
        #expect(!plan.contains("Sort"), "\(plan)")
    }

    /// Each filter alone, some together, and all.
    private static func filters() throws -> [(String, TaskFilter)] {
        let date = try #require(LocalDate("2026-12-24"))
        let changes: [(String, (inout TaskFilter) -> Void)] = [
            ("done", { $0.done = true }), ("open", { $0.done = false }), ("inbox", { $0.list = .inbox }),
            ("list", { $0.list = .key("WEB") }), ("tag", { $0.tags = ["tag1"] }), ("priority", { $0.priority = 2 }),
            ("text", { $0.text = "number 7" }), ("before", { $0.dueBefore = date }), ("after", { $0.dueAfter = date }),
            ("deleted", { $0.deleted = true }),
        ]
        var filters = [("none", TaskFilter())]
        var all = TaskFilter()
        for (name, change) in changes {
            var one = TaskFilter()
            change(&one)
            filters.append((name, one))
            change(&all)
            filters.append(("up to \(name)", all))
        }
        return filters
    }
}
