import FoundationEssentials
import Postgres
import Store
import Testing
import TodoCore

/// What a digest tells: one statement for the scheduler and for GET /digest.
struct DigestQueryTests {
    @Test func sectionsAreInOrderAndNothingIsMissing() async throws {
        let store = try await StoreFixture.make()
        _ = try await store.lists.create(user: store.user.id, key: try #require(ListKey("WEB")), name: "Website")
        try await store.insert("some day")
        try await store.insert("some day, urgent", priority: 3)
        try await store.insert("next week", due: "2026-11-28", list: "WEB")
        try await store.insert("next week, older", due: "2026-11-28", createdAt: "2025-01-01T00:00:00Z")
        try await store.insert("today", due: "2026-11-21")
        try await store.insert("today, high \"q\" \\ 🎉", due: "2026-11-21", priority: 3, list: "WEB")
        try await store.insert("late", due: "2026-11-20")
        try await store.insert("later than late", due: "2026-11-01")
        try await store.insert("gone", due: "2026-11-20", deleted: true)
        try await store.insert("done", doneAt: "2026-11-20T12:00:00Z")
        let (email, stats, digest) = try await store.digest(at: "2026-11-21T00:00:00Z")
        #expect(email == "me@example.org")
        #expect(stats == .init(total: 9, done: 1, undone: 8))
        #expect(digest.date == LocalDate("2026-11-21") && digest.timeZone == "UTC" && digest.more == 0)
        #expect(digest.counts == .init(overdue: 2, dueToday: 2, open: 4, done: 1))
        #expect(digest.overdue.map(\.title) == ["later than late", "late"])
        #expect(digest.dueToday.map(\.title) == ["today, high \"q\" \\ 🎉", "today"])
        #expect(digest.open.map(\.title) == ["next week, older", "next week", "some day, urgent", "some day"])
        #expect(digest.done.map(\.title) == ["done"])
        #expect(
            digest.dueToday.first
                == .init(reference: "WEB-2", title: "today, high \"q\" \\ 🎉", dueOn: LocalDate("2026-11-21"), priority: 3))
        #expect(digest.open.last == .init(reference: "1", title: "some day"))
    }

    /// "Since yesterday" begins with the local day before the digest's, wherever midnight lies.
    @Test(
        arguments: [
            ("UTC", "2026-11-19T23:59:59Z", "2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z"),
            ("Asia/Kathmandu", "2026-11-19T18:14:59Z", "2026-11-19T18:15:00Z", "2026-11-20T18:15:00Z"),
            ("Europe/Berlin", "2026-03-28T22:59:59Z", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"),
            ("America/Havana", "2026-11-01T03:59:59Z", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z"),
            ("America/Santiago", "2026-09-06T03:59:59Z", "2026-09-06T04:00:00Z", "2026-09-07T03:00:00Z"),
        ] as [(String, String, String, String)])
    func doneSinceYesterday(zone: String, tooEarly: String, first: String, now: String) async throws {
        let store = try await StoreFixture.make()
        _ = try await store.users.update(store.user.id, timeZone: .some(zone))
        try await store.insert("too early", doneAt: tooEarly)
        try await store.insert("first", doneAt: first)
        try await store.insert("last", doneAt: now)
        let digest = try await store.digest(at: now).digest
        #expect(digest.done.map(\.title) == ["last", "first"])
        #expect(digest.counts.done == 2 && digest.timeZone == zone)
    }

    @Test func fiftyAreShownAndTwoHundredTold() async throws {
        let store = try await StoreFixture.make()
        for number in 1...30 { try await store.insert("late \(number)", due: "2026-11-20") }
        for number in 1...30 { try await store.insert("today \(number)", due: "2026-11-21") }
        for number in 1...150 { try await store.insert("open \(number)") }
        for number in 1...60 { try await store.insert("done \(number)", doneAt: "2026-11-20T12:00:00Z") }
        let digest = try await store.digest(at: "2026-11-21T00:00:00Z").digest
        #expect(digest.overdue.count == 30 && digest.dueToday.count == 20 && digest.open.isEmpty && digest.done.count == 50)
        #expect(digest.more == 160)
        #expect(digest.counts == .init(overdue: 30, dueToday: 30, open: 150, done: 60))
        let facts = try #require(try await store.facts(of: [store.user.id]).first)
        let titles = try Wire.decode([String].self, from: facts.undoneTitles)
        #expect(titles.count == 200)
        let words = titles.map { String($0.prefix { $0 != " " }) }
        var expected = Array(repeating: "late", count: 30)
        expected += Array(repeating: "today", count: 30)
        expected += Array(repeating: "open", count: 140)
        #expect(words == expected)
    }

    /// However long the titles are, an event stays near 100 kB, and nothing is left out without being counted.
    @Test func longTitlesAreFewer() async throws {
        let store = try await StoreFixture.make()
        let long = String(repeating: "🎉", count: 500)
        for _ in 1...100 { try await store.insert(long) }
        for _ in 1...100 { try await store.insert(long, doneAt: "2026-11-20T12:00:00Z") }
        let facts = try #require(try await store.facts(of: [store.user.id]).first)
        #expect(facts.undoneTitles.count + facts.digest.count < 100_000)
        let digest = try Wire.decode(DailyDigest.self, from: facts.digest)
        #expect(digest.open.count == 16 && digest.more == 84)
        #expect(digest.done.count == 4 && digest.counts.done == 100)
        #expect(try Wire.decode([String].self, from: facts.undoneTitles).count == 25)
    }

    @Test func manyUsersAtOnceAreToldLikeEachByItself() async throws {
        let store = try await StoreFixture.make()
        var users = [store.user.id]
        for number in 1...30 {
            users.append(try await store.users.create(email: "u\(number)@example.org", passwordHash: "x", requestID: nil).id)
        }
        for (number, user) in users.enumerated() {
            for task in 0..<number % 4 { try await store.insert("\(number).\(task)", due: "2026-11-21", of: user) }
        }
        let gone = UUID.v7()
        let facts = try await store.facts(of: users.reversed() + [gone])
        #expect(facts.map(\.user) == users.reversed() + [gone])
        #expect(facts.last?.stats == .init(total: 0, done: 0, undone: 0))
        for fact in facts {
            let alone = try #require(try await store.facts(of: [fact.user]).first)
            #expect(alone.digest == fact.digest && alone.undoneTitles == fact.undoneTitles && alone.stats == fact.stats)
        }
        await #expect(throws: StoreError.self) {
            try await DigestQuery(database: store.pool).digest(of: gone, defaultTimeZone: "UTC")
        }
    }
}

extension StoreFixture {
    fileprivate func digest(
        at instant: String
    ) async throws -> (email: String, stats: DomainEvent.DigestStats, digest: DailyDigest) {
        let instant: Date = try #require(Timestamp.date(instant))
        return try await DigestQuery(database: pool).digest(of: user.id, defaultTimeZone: "UTC", at: instant)
    }

    fileprivate func facts(of users: [UUID]) async throws -> [UserDigest] {
        try await DigestQuery(database: pool).digests(of: users, on: try #require(LocalDate("2026-11-21")), in: "UTC")
    }
}
