import BackendTestSupport
import Digest
import FoundationEssentials
import Kafka
import Postgres
import Scheduler
import Testing
import TodoCore

/// A year of days in ten zones, changes of the clock among them: exactly one digest a local day, when the day begins.
@Suite(.timeLimit(.minutes(2))) struct SchedulerYearTests {
    private static let zones = [
        "Europe/Berlin", "America/New_York",
        // A midnight that is left out (Cairo, Santiago, Beirut) or comes twice (Havana).
        "Africa/Cairo", "America/Santiago", "Asia/Beirut", "America/Havana",
        // Half an hour of change, no change, and both ends of the world.
        "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Kiritimati", "Pacific/Pago_Pago",
    ]

    /// The first instant of each local day, found by looking at every quarter of an hour, not by asking when a local time
    /// comes.
    private func days(from start: Date, to end: Date, _ fixture: SchedulerFixture) async throws -> Set<Day> {
        let rows = try await fixture.pool.query(
            """
            SELECT zone, (time AT TIME ZONE zone)::date::text, min(time)
            FROM unnest(\(Self.zones)) AS zone,
                generate_series(\(start) - interval '3 days', \(end), interval '15 minutes') AS time
            GROUP BY 1, 2 HAVING min(time) >= \(start)
            """
        ).decode(String.self, String.self, Date.self)
        return Set(rows.map(Day.init))
    }

    /// Adds a user in each zone, and gives the zones by the users' ids.
    private func users(_ fixture: SchedulerFixture) async throws -> [UUID: String] {
        var users: [UUID: String] = [:]
        for zone in Self.zones {
            users[try await fixture.user("\(users.count)@example.org", zone: zone, createdAt: "2025-01-01T00:00:00Z")] = zone
        }
        return users
    }

    /// Each midnight, as the scheduler goes from one to the next.
    @Test func everyLocalDayHasOneSlotAtItsBeginning() async throws {
        let fixture = try await SchedulerFixture.make()
        _ = try await users(fixture)
        let start = try instant("2026-01-01T00:00:00Z"), end = try instant("2027-01-01T00:00:00Z")
        let settings = SchedulerSettings(cron: try CronExpression("0 0 * * *"), catchUp: .seconds(0))
        let slots = SlotQueries(database: fixture.pool, settings: settings, logger: quiet)
        var found: [Day] = [], now = start
        while now < end {
            let around = try await slots.around(now)
            found += around.due.map { Day(zone: $0.zone, date: $0.local.date.description, beginning: $0.instant) }
            let next = try #require(around.next)
            try #require(next > now)
            now = next
        }
        let expected = try await days(from: start, to: end, fixture)
        #expect(expected.count >= 3650)
        #expect(Set(found.map { "\($0.zone) \($0.date)" }).count == found.count, "a day had two")
        #expect(Set(found) == expected)
    }

    /// Schedulers that are down for up to half a day at a time, and several at once: no day is left out, and whoever asks
    /// again asks for the same.
    @Test func noDayIsLostWhileSchedulersComeAndGo() async throws {
        let fixture = try await SchedulerFixture.make()
        let users = try await users(fixture), schedulers = [try await fixture.scheduler(), try await fixture.scheduler()]
        // The weeks in which most of the zones change their clocks.
        for (start, end) in [("2026-03-05T00:00:00Z", "2026-03-31T00:00:00Z"), ("2026-10-23T00:00:00Z", "2026-11-04T00:00:00Z")] {
            let start = try instant(start), end = try instant(end)
            var now = start, last = start, number = 0
            // Steps of 11:57, 7:11, 0:00 (both at once) and 9:33 h, so that no hour of the day is left out.
            while now < end {
                _ = try await schedulers[number % 2].tick(at: now)
                last = now
                now += [43_020, 25_860, 0, 34_380][number % 4]
                number += 1
            }
            // What began before the first look is caught up too.
            let first = start - 43_200
            let days = try await days(from: first, to: last, fixture)
            var found: Set<Day> = []
            for record in try await fixture.published() {
                let event = try Wire.decode(DomainEvent.self, from: record.value)
                guard event.occurredAt >= first, case .digestRequested(_, _, _, let digest?) = event.kind else { continue }
                #expect(event.id == DigestID.of(user: event.user, date: digest.date))
                #expect(users[event.user] == digest.timeZone)
                found.insert(Day(zone: digest.timeZone, date: digest.date.description, beginning: event.occurredAt))
            }
            #expect(found == days)
        }
    }
}

/// A local day, and when it began.
private struct Day: Hashable {
    var zone: String
    var date: String
    var beginning: Date
}
