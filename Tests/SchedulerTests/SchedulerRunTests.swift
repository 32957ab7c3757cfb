import FoundationEssentials
import Kafka
import Postgres
import Scheduler
import Testing

/// `run()` on a clock that leaps, so that days pass in milliseconds.
@Suite(.timeLimit(.minutes(1))) struct SchedulerRunTests {
    @Test func waitsExactlyForTheSlotAndPublishesItOnce() async throws {
        let fixture = try await SchedulerFixture.make()
        try await fixture.user("me@example.org")
        let clock = LeapingClock(try instant("2026-11-20T23:58:30.25Z"))
        let scheduler = try await fixture.scheduler(
            catchUp: .seconds(3600), clock: clock.clock { if $0 == 5 { throw CancellationError() } })
        try await scheduler.run()
        // A minute at most; then what is left until midnight; after it minutes again, without a second event.
        #expect(clock.sleeps.map { ($0 * 1000).rounded() } == [60_000, 29_750, 60_000, 60_000, 60_000])
        #expect(try await fixture.recipients() == ["me@example.org"])
    }

    @Test func missedSlotsComeFirstAndNewZonesAreFound() async throws {
        let fixture = try await SchedulerFixture.make()
        try await fixture.user("me@example.org")
        let clock = LeapingClock(try instant("2026-11-21T11:00:00Z"))
        let scheduler = try await fixture.scheduler(
            clock: clock.clock { number in
                if number == 1 {
                    try await fixture.user("tokyo@example.org", zone: "Asia/Tokyo", createdAt: "2026-11-20T10:00:00Z")
                }
                if number == 2 { try await fixture.user("berlin@example.org", zone: "Europe/Berlin") }
                if number == 3 { throw CancellationError() }
            })
        try await scheduler.run()
        // Tokyo's midnight was 20 hours ago: too late. Berlin's was 12 hours and 2 minutes ago.
        #expect(try await fixture.recipients() == ["me@example.org"])
    }

    @Test func everyZoneHasItsOwnMidnight() async throws {
        let fixture = try await SchedulerFixture.make()
        try await fixture.user("utc@example.org")
        try await fixture.user("kathmandu@example.org", zone: "Asia/Kathmandu")
        try await fixture.user("berlin@example.org", zone: "Europe/Berlin")
        let clock = LeapingClock(try instant("2026-11-20T18:00:00Z"))
        let scheduler = try await fixture.scheduler(
            catchUp: .seconds(3600), clock: clock.clock { if $0 == 6 * 60 + 2 { throw CancellationError() } })
        try await scheduler.run()
        #expect(
            try await fixture.recipients() == ["kathmandu@example.org", "berlin@example.org", "utc@example.org"])
    }

    @Test func aFailingDatabaseIsTriedAgain() async throws {
        let fixture = try await SchedulerFixture.make()
        try await fixture.user("me@example.org")
        try await fixture.pool.query("ALTER TABLE tasks RENAME TO away")
        let clock = LeapingClock(try instant("2026-11-21T00:00:00Z"))
        let scheduler = try await fixture.scheduler(
            clock: clock.clock { number in
                if number == 2 { try await fixture.pool.query("ALTER TABLE away RENAME TO tasks") }
                if number == 3 { throw CancellationError() }
            })
        try await scheduler.run()
        #expect(clock.sleeps == [5, 5, 60])
        #expect(try await fixture.recipients() == ["me@example.org"])
    }

    @Test func aFailingBrokerIsTriedAgainFromWhereItFailed() async throws {
        let fixture = try await SchedulerFixture.make()
        for number in 1...4 { try await fixture.user("u\(number)@example.org") }
        let clock = LeapingClock(try instant("2026-11-21T00:00:00Z"))
        let scheduler = try await fixture.scheduler(pageSize: 1, clock: clock.clock { if $0 == 2 { throw CancellationError() } })
        // The first two pages go through, the third is refused for good (INVALID_RECORD).
        try fixture.broker.pushErrors([0, 0, 87], to: .produce)
        try await scheduler.run()
        #expect(clock.sleeps == [5, 60])
        #expect(try await fixture.recipients() == ["u1@example.org", "u2@example.org", "u3@example.org", "u4@example.org"])
    }
}
