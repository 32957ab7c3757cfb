import FoundationEssentials
import Logging
import Postgres
import Store
import Testing
import TodoCore

struct RetentionTests {
    private let now = Date(timeIntervalSince1970: 1_800_000_000)
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func retention(_ store: StoreFixture, events: Duration = .seconds(1000)) -> Retention {
        Retention(database: store.pool, events: events, deletedTasks: .seconds(100), logger: logger)
    }

    /// An empty outbox, and then so many events of these ages in seconds, oldest place first.
    private func outbox(_ store: StoreFixture, ages: [(count: Int, age: Double)]) async throws {
        try await store.pool.query("TRUNCATE events")
        for (count, age) in ages {
            try await store.pool.query(
                """
                INSERT INTO events (event_id, type, user_id, payload, occurred_at)
                SELECT gen_random_uuid(), 'task.sung', gen_random_uuid(), '{}', \(now.addingTimeInterval(-age))
                FROM generate_series(1, \(count))
                """)
        }
    }

    /// Moves the relay's cursor to the event at this index.
    private func publish(_ store: StoreFixture, upTo index: Int) async throws {
        try await store.pool.query(
            """
            UPDATE relay_cursor SET (xid, seq) = (SELECT xid, seq FROM events ORDER BY xid, seq OFFSET \(index) LIMIT 1)
            """)
    }

    private func count(_ store: StoreFixture, _ table: SQL = "events") async throws -> Int {
        try #require(try await store.pool.query("SELECT count(*) FROM \(table)").first?.decode(Int.self))
    }

    @Test func oldEventsGoFromTheFrontInBatches() async throws {
        let store = try await StoreFixture.make()
        try await outbox(store, ages: [(2500, 1001), (300, 999)])
        try await publish(store, upTo: 2799)
        #expect(try await retention(store).sweep(at: now) == .init(events: 2500, tasks: 0))
        #expect(try await count(store) == 300)
        #expect(try await retention(store).sweep(at: now) == .init(events: 0, tasks: 0))
    }

    @Test func theFirstYoungEventEndsTheSweep() async throws {
        let store = try await StoreFixture.make()
        try await outbox(store, ages: [(10, 2000), (1, 5), (10, 2000)])
        try await publish(store, upTo: 20)
        #expect(try await retention(store).sweep(at: now).events == 10)
        #expect(try await count(store) == 11)
    }

    @Test func whatIsNotPublishedStays() async throws {
        let store = try await StoreFixture.make()
        try await outbox(store, ages: [(1500, 2000)])
        #expect(try await retention(store).sweep(at: now).events == 0)
        // The cursor stands within a transaction, and past the first batch.
        try await publish(store, upTo: 1200)
        let cursor = try await store.pool.query("SELECT xid, seq FROM relay_cursor").decode(Int64.self, Int64.self)
        #expect(try await retention(store).sweep(at: now).events == 1201)
        #expect(try await count(store) == 299)
        // Whoever asks for what came before the last one that went is told so.
        let pruned = try await store.pool.query("SELECT pruned_xid, pruned_seq FROM relay_cursor")
        #expect(try pruned.decode(Int64.self, Int64.self).map { [$0.0, $0.1] } == cursor.map { [$0.0, $0.1] })
    }

    @Test func aTaskGoesAfterItsTimeToBeRestored() async throws {
        let store = try await StoreFixture.make()
        let list = try #require(try await store.pool.query("SELECT id FROM lists").first?.decode(UUID.self))
        for (first, count, age) in [(11, 1100, 101.0), (2001, 3, 99.0)] {
            try await store.pool.query(
                """
                INSERT INTO tasks (id, user_id, list_id, number, title, deleted_at)
                SELECT gen_random_uuid(), \(store.user.id), \(list), n, 't', \(now.addingTimeInterval(-age))
                FROM generate_series(\(first), \(first + count - 1)) AS n
                """)
        }
        let kept = try await store.tasks.create(user: store.user.id, TaskDraft(title: "kept"), requestID: nil).task
        #expect(try await retention(store).sweep(at: now).tasks == 1100)
        #expect(try await count(store, "tasks") == 4)
        #expect(try await store.pool.query("SELECT FROM tasks WHERE id = \(kept.id)").count == 1)
    }

    @Test func oneProcessSweepsAtATime() async throws {
        let store = try await StoreFixture.make()
        try await outbox(store, ages: [(3000, 2000)])
        try await publish(store, upTo: 2999)
        let sweeps = try await withThrowingTaskGroup { group in
            for _ in 0..<4 { group.addTask { try await retention(store).sweep(at: now).events } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(sweeps.reduce(0, +) == 3000)
        #expect(try await count(store) == 0)
    }

    @Test func theServiceOfTheAPIMaySweepUntilItIsCancelled() async throws {
        let store = try await StoreFixture.make()
        var configuration = try PostgresConfiguration(store.url)
        configuration.role = ServiceRole.api.rawValue
        let pool = PostgresPool(configuration, size: 1, logger: logger)
        try await outbox(store, ages: [(10, 0)])
        try await publish(store, upTo: 9)
        // Its clock is the real one, long after the events of this test or before: nothing is kept.
        let sweeper = Task {
            await Retention(database: pool, events: .seconds(-10_000_000_000), logger: logger).run(every: .milliseconds(1))
        }
        while try await count(store) > 0 { await Task.yield() }
        sweeper.cancel()
        await sweeper.value
        await pool.close()
    }

    @Test func noSweepReadsAWholeTable() async throws {
        let store = try await StoreFixture.make()
        try await outbox(store, ages: [(50_000, 5)])
        try await publish(store, upTo: 49_999)
        let list = try #require(try await store.pool.query("SELECT id FROM lists").first?.decode(UUID.self))
        try await store.pool.query(
            """
            INSERT INTO tasks (id, user_id, list_id, number, title, deleted_at)
            SELECT gen_random_uuid(), \(store.user.id), \(list), n, 't', CASE WHEN n % 100 = 0 THEN \(now) END
            FROM generate_series(1, 50000) AS n
            """)
        try await store.pool.query("ANALYZE events, tasks")
        let retention = retention(store)
        for statement in [retention.eventsStatement(before: now), retention.tasksStatement(before: now)] {
            let plan = try await store.pool.withTransaction { connection in
                try connection.query("SET LOCAL plan_cache_mode = force_generic_plan")
                return try connection.query("EXPLAIN \(statement)").decode(String.self).joined(separator: "\n")
            }
            #expect(!plan.contains("Seq Scan on events") && !plan.contains("Seq Scan on tasks"), "\(plan)")
            #expect(plan.contains("events_pkey") || plan.contains("tasks_deleted_at"), "\(plan)")
        }
    }
}
