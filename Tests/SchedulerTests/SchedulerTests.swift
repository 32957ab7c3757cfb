import Digest
import FoundationEssentials
import Kafka
import Postgres
import Scheduler
import Store
import Testing
import TodoCore

@Suite(.timeLimit(.minutes(1))) struct SchedulerTests {
    @Test func anEventSaysAllThatADigestNeeds() async throws {
        let fixture = try await SchedulerFixture.make()
        let user = try await fixture.user("me@example.org", titles: [])
        try await fixture.task(user, "no day")
        try await fixture.task(user, "late", due: "2026-11-30")
        try await fixture.task(user, "soon", due: "2026-11-20")
        try await fixture.task(user, "no day, newer \u{1F389} \"q\"")
        try await fixture.task(user, "ready", done: true)
        try await fixture.task(user, "gone", deleted: true)
        try await fixture.task(user, "gone and ready", done: true, deleted: true)
        #expect(try await fixture.scheduler().tick(at: instant("2026-11-21T00:00:00Z")) == 1)
        let records = try await fixture.published()
        let record = try #require(records.first)
        let event = try Wire.decode(DomainEvent.self, from: record.value)
        let day = try #require(LocalDate("2026-11-21")), id = DigestID.of(user: user, date: day)
        let late = DailyDigest.Item(reference: "3", title: "soon", dueOn: LocalDate("2026-11-20"))
        let digest = DailyDigest(
            date: day, timeZone: "UTC", overdue: [late],
            open: [
                .init(reference: "2", title: "late", dueOn: LocalDate("2026-11-30")), .init(reference: "1", title: "no day"),
                .init(reference: "4", title: "no day, newer \u{1F389} \"q\""),
            ], counts: .init(overdue: 1, dueToday: 0, open: 3, done: 0))
        #expect(
            event
                == DomainEvent(
                    id: id, occurredAt: try instant("2026-11-21T00:00:00Z"), user: user,
                    kind: .digestRequested(
                        email: "me@example.org", stats: .init(total: 5, done: 1, undone: 4),
                        undoneTitles: ["soon", "late", "no day", "no day, newer \u{1F389} \"q\""], digest: digest)))
        // What the scheduler put together by itself is what `DomainEvent` would have written.
        #expect(
            try Wire.decode(JSONValue.self, from: record.value) == Wire.decode(JSONValue.self, from: Wire.encode(event)))
        #expect(record.key == user.lowercase)
        #expect(
            record.headers == [
                KafkaHeader(name: "event_type", value: "email.daily_digest.requested"),
                KafkaHeader(name: "event_id", value: id.lowercase),
            ])
    }

    @Test func allDoneStillGetsOneAndManyTitlesAreCut() async throws {
        let fixture = try await SchedulerFixture.make()
        let ready = try await fixture.user("ready@example.org", titles: [])
        try await fixture.task(ready, "done", done: true)
        try await fixture.user("many@example.org", titles: (1...203).map { "t\($0)" })
        #expect(try await fixture.scheduler().tick(at: instant("2026-11-21T00:00:00Z")) == 2)
        let events = try await fixture.published().map { try Wire.decode(DomainEvent.self, from: $0.value).kind }
        guard case .digestRequested("ready@example.org", let ready, [], let readyDigest?)? = events.first,
            case .digestRequested("many@example.org", let many, let titles, let manyDigest?)? = events.last
        else {
            Issue.record("\(events)")
            return
        }
        #expect(ready == .init(total: 1, done: 1, undone: 0) && readyDigest.counts.open == 0)
        #expect(many == .init(total: 203, done: 0, undone: 203))
        #expect(titles == (1...200).map { "t\($0)" })
        #expect(manyDigest.open.map(\.title) == (1...50).map { "t\($0)" } && manyDigest.more == 153)
    }

    @Test func whoGetsNone() async throws {
        let fixture = try await SchedulerFixture.make()
        try await fixture.user("off@example.org", digest: false)
        try await fixture.user("empty@example.org", titles: [])
        let deleted = try await fixture.user("deleted@example.org", titles: [])
        try await fixture.task(deleted, "gone", deleted: true)
        try await fixture.user("new@example.org", createdAt: "2026-11-21T00:00:00Z")
        try await fixture.user("elsewhere@example.org", zone: "Asia/Tokyo")
        let processed = try await fixture.user("processed@example.org")
        try await fixture.process(DigestID.of(user: processed, date: try #require(LocalDate("2026-11-21"))))
        try await fixture.user("old@example.org", createdAt: "2026-11-20T23:59:59Z")
        #expect(try await fixture.scheduler(catchUp: .seconds(3600)).tick(at: instant("2026-11-21T00:30:00Z")) == 1)
        #expect(try await fixture.recipients() == ["old@example.org"])
    }

    @Test func pagesLeaveNobodyOutAndNobodyTwice() async throws {
        let fixture = try await SchedulerFixture.make()
        var expected: [String] = []
        for number in 1...7 {
            expected.append("u\(number)@example.org")
            // One without tasks inside of a page must not end the pages.
            try await fixture.user("u\(number)@example.org")
            try await fixture.user("e\(number)@example.org", titles: [])
        }
        for size in [1, 2, 7, 8] {
            let before = try await fixture.published().count
            #expect(try await fixture.scheduler(pageSize: size).tick(at: instant("2026-11-21T00:00:00Z")) == 7)
            #expect(try await fixture.recipients().dropFirst(before) == expected[...])
        }
    }

    @Test func aSecondTickPublishesWhatIsNotProcessed() async throws {
        let fixture = try await SchedulerFixture.make()
        try await fixture.user("a@example.org")
        try await fixture.user("b@example.org")
        let scheduler = try await fixture.scheduler()
        #expect(try await scheduler.tick(at: instant("2026-11-21T00:00:00Z")) == 2)
        let first = try await fixture.published()
        try await fixture.process(try Wire.decode(DomainEvent.self, from: try #require(first.first).value).id)
        #expect(try await scheduler.tick(at: instant("2026-11-21T05:00:00Z")) == 1)
        let all = try await fixture.published()
        #expect(all.count == 3)
        let again = try Wire.decode(DomainEvent.self, from: all[2].value)
        #expect(again == (try Wire.decode(DomainEvent.self, from: all[1].value)))
        try await fixture.process(again.id)
        #expect(try await scheduler.tick(at: instant("2026-11-21T05:00:00Z")) == 0)
        #expect(try await scheduler.tick(at: instant("2026-11-22T00:00:00Z")) == 2)
    }

    @Test func aMissedSlotIsCaughtUpForTwelveHours() async throws {
        let fixture = try await SchedulerFixture.make()
        try await fixture.user("me@example.org")
        let scheduler = try await fixture.scheduler()
        for (time, count) in [
            ("2026-11-20T23:59:59.999Z", 0), ("2026-11-21T00:00:00Z", 1), ("2026-11-21T12:00:00Z", 1),
            ("2026-11-21T12:00:01Z", 0),
        ] {
            #expect(try await scheduler.tick(at: instant(time)) == count, "\(time)")
        }
    }

    /// PostgreSQL's rules for days of 23 and 25 hours, and zones far from UTC.
    @Test func timeZones() async throws {
        let fixture = try await SchedulerFixture.make()
        let user = try await fixture.user("me@example.org")
        // The expression, the zone, the slot's instant, its day there. A second before nothing is due.
        for (cron, zone, slot, day) in [
            ("0 0 * * *", "America/New_York", "2026-03-08T05:00:00Z", "2026-03-08"),
            ("0 0 * * *", "America/New_York", "2026-03-09T04:00:00Z", "2026-03-09"),
            // 02:30 is left out that night: it is 03:30 EDT. And 01:30 comes twice in autumn: the first one counts, EDT.
            ("30 2 * * *", "America/New_York", "2026-03-08T07:30:00Z", "2026-03-08"),
            ("30 1 * * *", "America/New_York", "2026-11-01T05:30:00Z", "2026-11-01"),
            // A midnight that is left out, one that comes twice, and one that comes twice within half an hour's change.
            ("0 0 * * *", "America/Santiago", "2026-09-06T04:00:00Z", "2026-09-06"),
            ("0 0 * * *", "America/Havana", "2026-11-01T04:00:00Z", "2026-11-01"),
            ("0 0 * * *", "America/Havana", "2026-11-02T05:00:00Z", "2026-11-02"),
            ("45 1 * * *", "Australia/Lord_Howe", "2026-04-04T14:45:00Z", "2026-04-05"),
            ("0 0 * * *", "Europe/Berlin", "2026-03-28T23:00:00Z", "2026-03-29"),
            ("0 0 * * *", "Europe/Berlin", "2026-10-24T22:00:00Z", "2026-10-25"),
            ("0 0 * * *", "Europe/Berlin", "2026-10-25T23:00:00Z", "2026-10-26"),
            ("0 0 * * *", "Asia/Kathmandu", "2026-11-20T18:15:00Z", "2026-11-21"),
            ("0 0 * * *", "Pacific/Kiritimati", "2026-11-20T10:00:00Z", "2026-11-21"),
        ] {
            try await fixture.pool.query("UPDATE users SET time_zone = \(zone)")
            let scheduler = try await fixture.scheduler(cron), slot = try instant(slot)
            #expect(try await scheduler.tick(at: slot.addingTimeInterval(-1)) == 0, "\(zone) \(day)")
            #expect(try await scheduler.tick(at: slot) == 1, "\(zone) \(day)")
            let event = try Wire.decode(DomainEvent.self, from: try #require(try await fixture.published().last).value)
            #expect(event.id == DigestID.of(user: user, date: try #require(LocalDate(day))), "\(zone) \(day)")
            #expect(event.occurredAt == slot, "\(zone) \(day)")
        }
    }

    @Test func theDefaultZoneHoldsWhereNoneIsSet() async throws {
        let fixture = try await SchedulerFixture.make()
        try await fixture.user("default@example.org")
        try await fixture.user("utc@example.org", zone: "UTC")
        let scheduler = try await fixture.scheduler(zone: "Asia/Tokyo", catchUp: .seconds(3600))
        #expect(try await scheduler.tick(at: instant("2026-11-20T15:00:00Z")) == 1)
        #expect(try await fixture.recipients() == ["default@example.org"])
    }

    @Test func aWrongZoneHarmsNobodyElse() async throws {
        let fixture = try await SchedulerFixture.make()
        try await fixture.user("wrong@example.org", zone: "Mars/Olympus")
        try await fixture.user("me@example.org")
        let scheduler = try await fixture.scheduler()
        #expect(try await scheduler.tick(at: instant("2026-11-21T00:00:00Z")) == 1)
        #expect(try await scheduler.tick(at: instant("2026-11-21T00:00:00Z")) == 1)
        #expect(try await fixture.recipients() == ["me@example.org", "me@example.org"])
        await #expect(throws: SchedulerError.unknownTimeZone("Mars/Olympus")) {
            try await fixture.scheduler(zone: "Mars/Olympus").tick(at: instant("2026-11-21T00:00:00Z"))
        }
        await #expect(throws: SchedulerError.unknownTimeZone("Mars/Olympus")) {
            try await fixture.scheduler(zone: "Mars/Olympus").run()
        }
    }

    @Test func aTickFailsWhereTheBrokerIsAway() async throws {
        let fixture = try await SchedulerFixture.make()
        try await fixture.user("me@example.org")
        await fixture.producer.close()
        await #expect(throws: KafkaError.self) { try await fixture.scheduler().tick(at: instant("2026-11-21T00:00:00Z")) }
    }
}
