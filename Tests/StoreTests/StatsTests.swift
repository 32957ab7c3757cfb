import FoundationEssentials
import Postgres
import Store
import Testing
import TodoCore

/// Counts by days: where a day begins is the user's time zone's matter, on days of 23 and 25 hours too.
struct StatsTests {
    @Test func countsLeaveOutDeletedAndOthersTasks() async throws {
        let store = try await StoreFixture.make()
        let stranger = try await store.users.create(email: "you@example.org", passwordHash: "x", requestID: nil).id
        try await store.insert("late", due: "2026-11-20")
        try await store.insert("long late", due: "2025-01-01")
        try await store.insert("today", due: "2026-11-21")
        try await store.insert("tomorrow", due: "2026-11-22")
        try await store.insert("some day")
        try await store.insert("done though late", due: "2026-11-20", doneAt: "2026-11-21T10:00:00Z")
        try await store.insert("gone", due: "2026-11-20", deleted: true)
        try await store.insert("done and gone", doneAt: "2026-11-21T10:00:00Z", deleted: true)
        try await store.insert("another's", due: "2026-11-20", doneAt: "2026-11-21T10:00:00Z", of: stranger)
        let stats = try await store.stats(at: "2026-11-21T12:00:00Z")
        #expect(stats.total == 6 && stats.done == 1 && stats.undone == 5)
        #expect(stats.overdue == 2 && stats.dueToday == 1)
        #expect(stats.donePerDay.map(\.done).reduce(0, +) == 1)
    }

    @Test func theLast366DaysOldestFirstZerosAmongThem() async throws {
        let store = try await StoreFixture.make()
        for (day, count) in [("2025-11-20", 1), ("2025-11-21", 2), ("2026-03-01", 3), ("2026-11-21", 4), ("2026-11-22", 5)] {
            for _ in 0..<count { try await store.insert("x", doneAt: "\(day)T12:00:00Z") }
        }
        let days = try await store.stats(at: "2026-11-21T23:59:59Z").donePerDay
        #expect(days.count == 366)
        #expect(days.first?.date == LocalDate("2025-11-21") && days.last?.date == LocalDate("2026-11-21"))
        #expect(zip(days, days.dropFirst()).allSatisfy { $0.date.adding(days: 1) == $1.date })
        #expect(
            days.filter { $0.done > 0 }.map { "\($0.date) \($0.done)" } == ["2025-11-21 2", "2026-03-01 3", "2026-11-21 4"])
    }

    @Test func nothingAtAll() async throws {
        let stats = try await StoreFixture.make().stats(at: "2026-11-21T00:00:00Z")
        #expect(stats.total == 0 && stats.overdue == 0 && stats.donePerDay.count == 366)
        #expect(stats.donePerDay.allSatisfy { $0.done == 0 })
    }

    /// Zone, the last instant of a day there and the first of the next one.
    @Test(
        arguments: [
            ("UTC", "2026-11-20T23:59:59.999999Z", "2026-11-21T00:00:00Z", "2026-11-21"),
            ("Asia/Kathmandu", "2026-11-20T18:14:59.999999Z", "2026-11-20T18:15:00Z", "2026-11-21"),
            ("Pacific/Kiritimati", "2026-11-20T09:59:59Z", "2026-11-20T10:00:00Z", "2026-11-21"),
            ("Pacific/Pago_Pago", "2026-11-21T10:59:59Z", "2026-11-21T11:00:00Z", "2026-11-21"),
            // The days of 23 and 25 hours, and the days after them.
            ("Europe/Berlin", "2026-03-28T22:59:59Z", "2026-03-28T23:00:00Z", "2026-03-29"),
            ("Europe/Berlin", "2026-03-29T21:59:59Z", "2026-03-29T22:00:00Z", "2026-03-30"),
            ("America/New_York", "2026-11-01T03:59:59Z", "2026-11-01T04:00:00Z", "2026-11-01"),
            ("America/New_York", "2026-11-02T04:59:59Z", "2026-11-02T05:00:00Z", "2026-11-02"),
            ("Australia/Lord_Howe", "2026-04-05T13:29:59Z", "2026-04-05T13:30:00Z", "2026-04-06"),
            // A midnight that is left out: the day begins at 01:00. And one that comes twice.
            ("America/Santiago", "2026-09-06T03:59:59Z", "2026-09-06T04:00:00Z", "2026-09-06"),
            ("America/Havana", "2026-11-01T03:59:59Z", "2026-11-01T04:00:00Z", "2026-11-01"),
        ] as [(String, String, String, String)])
    func daysBeginAtTheUsersMidnight(zone: String, last: String, first: String, day: String) async throws {
        let store = try await StoreFixture.make()
        _ = try await store.users.update(store.user.id, timeZone: .some(zone))
        try await store.insert("before", doneAt: last)
        try await store.insert("after", doneAt: first)
        try await store.insert("after, too", doneAt: first)
        try await store.insert("due", due: day)
        let day = try #require(LocalDate(day))
        let before = try await store.stats(at: last), after = try await store.stats(at: first)
        #expect(before.donePerDay.last == .init(date: try #require(day.adding(days: -1)), done: 1))
        #expect(before.dueToday == 0 && before.overdue == 0)
        #expect(after.donePerDay.suffix(2).map(\.done) == [1, 2])
        #expect(after.donePerDay.last?.date == day)
        #expect(after.dueToday == 1 && after.overdue == 0)
    }

    @Test func theDefaultZoneHoldsWhereTheUserHasNone() async throws {
        let store = try await StoreFixture.make()
        let stats = StatsStore(database: store.pool, defaultTimeZone: "Asia/Tokyo")
        let noon = try #require(Timestamp.date("2026-11-20T15:00:00Z"))
        #expect(try await stats.stats(of: store.user.id, at: noon).donePerDay.last?.date == LocalDate("2026-11-21"))
        _ = try await store.users.update(store.user.id, timeZone: .some("UTC"))
        #expect(try await stats.stats(of: store.user.id, at: noon).donePerDay.last?.date == LocalDate("2026-11-20"))
    }

    @Test func aTaskThatWasDoneJustNowCountsToday() async throws {
        let store = try await StoreFixture.make()
        try await store.insert("now")
        try await store.pool.query("UPDATE tasks SET done = true, done_at = now()")
        let stats = try await StatsStore(database: store.pool, defaultTimeZone: "UTC").stats(of: store.user.id)
        #expect(stats.done == 1 && stats.donePerDay.last?.done == 1)
    }

    @Test func whoIsGoneOrHasAWrongZoneIsTold() async throws {
        let store = try await StoreFixture.make()
        let stats = StatsStore(database: store.pool, defaultTimeZone: "UTC")
        await #expect(throws: StoreError.self) { try await stats.stats(of: .v7()) }
        try await store.pool.query("UPDATE users SET time_zone = 'Mars/Olympus'")
        await #expect {
            try await stats.stats(of: store.user.id)
        } throws: {
            if case StoreError.unknownTimeZone("Mars/Olympus") = $0 { true } else { false }
        }
    }
}

extension StoreFixture {
    /// Puts a task straight into the table, with any history.
    func insert(
        _ title: String, due: String? = nil, priority: Int = 0, createdAt: String = "2026-01-01T00:00:00Z", doneAt: String? = nil,
        deleted: Bool = false, list key: String? = nil, of owner: UUID? = nil
    ) async throws {
        let owner = owner ?? user.id
        let created = try #require(Timestamp.date(createdAt)), doneAt = try doneAt.map { try #require(Timestamp.date($0)) }
        let isDone = doneAt != nil, deletedAt = deleted ? created : nil
        try await pool.query(
            """
            INSERT INTO tasks (id, user_id, list_id, number, title, done, done_at, due_on, priority, created_at, deleted_at)
            SELECT \(UUID.v7()), \(owner), id, 1 + (SELECT count(*) FROM tasks WHERE list_id = lists.id)::integer, \(title),
                \(isDone), \(doneAt), \(due)::date, \(priority)::smallint, \(created), \(deletedAt)
            FROM lists WHERE owner_id = \(owner) AND key IS NOT DISTINCT FROM \(key)
            """)
    }

    fileprivate func stats(at instant: String) async throws -> TaskStats {
        let instant: Date = try #require(Timestamp.date(instant))
        return try await StatsStore(database: pool, defaultTimeZone: "UTC").stats(of: user.id, at: instant)
    }
}
