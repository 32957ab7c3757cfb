package import FoundationEssentials
package import Logging
package import Postgres
import Synchronization

/// A slot in one time zone.
package struct ZoneSlot: Sendable, Hashable {
    /// The zone's name in `users.time_zone`, or the default.
    package var zone: String
    /// By the clock on the wall there.
    package var local: LocalDateTime
    /// The instant that it was or will be.
    package var instant: Date
}

/// Slots of all time zones that users are in. PostgreSQL is the authority on time zones. A slot in an hour that is left
/// out is moved on by as much, one in an hour that comes twice is there the first time: a midnight is where the day begins.
package final class SlotQueries: Sendable {
    private let database: PostgresPool
    private let settings: SchedulerSettings
    private let logger: Logger
    /// Zones that PostgreSQL doesn't know, each told once.
    private let unknownZones = Mutex<Set<String>>([])

    package init(database: PostgresPool, settings: SchedulerSettings, logger: Logger) {
        self.database = database
        self.settings = settings
        self.logger = logger
    }

    /// Throws `SchedulerError.unknownTimeZone` where the default zone is of no use.
    func checkDefaultTimeZone() async throws {
        if try await localTimes(of: [settings.defaultTimeZone], at: Date(timeIntervalSince1970: 0)) == nil {
            throw SchedulerError.unknownTimeZone(settings.defaultTimeZone)
        }
    }

    /// The slots that came within the catch-up time up to `instant`, and the instant of the first one after it.
    package func around(_ instant: Date) async throws -> (due: [ZoneSlot], next: Date?) {
        var zones: [String] = [], locals: [LocalDateTime] = []
        for (zone, local) in try await knownZones(at: instant) {
            // The last slot may lie ahead too, in an hour that comes twice.
            for slot in [settings.cron.lastSlot(atOrBefore: local), settings.cron.nextSlot(after: local)] {
                guard let slot else { continue }
                zones.append(zone)
                locals.append(slot)
            }
        }
        let catchUp = Double(settings.catchUp.components.seconds)
        var due: [ZoneSlot] = [], next: Date?
        for slot in try await slots(zones, locals) {
            if slot.instant > instant {
                next = min(next ?? slot.instant, slot.instant)
            } else if instant.timeIntervalSince(slot.instant) <= catchUp {
                due.append(slot)
            }
        }
        return (due.sorted { ($0.instant, $0.zone) < ($1.instant, $1.zone) }, next)
    }

    /// The zones of users who want digests, with the local time there.
    private func knownZones(at instant: Date) async throws -> [(String, LocalDateTime)] {
        let zones = try await database.query(
            "SELECT DISTINCT coalesce(time_zone, \(settings.defaultTimeZone)) FROM users WHERE digest_enabled"
        ).decode(String.self)
        let unknown = unknownZones.withLock(\.self)
        let known = zones.filter { !unknown.contains($0) }
        if let times = try await localTimes(of: known, at: instant) { return times }
        // One wrong name fails the whole statement: find it, so that nobody else goes without.
        var times: [(String, LocalDateTime)] = []
        for zone in known {
            if let time = try await localTimes(of: [zone], at: instant) {
                times += time
            } else {
                unknownZones.withLock { _ = $0.insert(zone) }
                logger.error("users in an unknown time zone get no digests", metadata: ["zone": "\(zone)"])
            }
        }
        return times
    }

    /// The local time in each zone; nil where PostgreSQL doesn't know one of them.
    private func localTimes(of zones: [String], at instant: Date) async throws -> [(String, LocalDateTime)]? {
        do {
            return try await database.query("SELECT zone, \(instant) AT TIME ZONE zone FROM unnest(\(zones)) AS zone")
                .decode(String.self, LocalDateTime.self)
        } catch {
            guard error.sqlState == "22023" else { throw error }
            return nil
        }
    }

    /// When each slot comes. PostgreSQL takes the second one of two, so what lies half an hour or more before it is tried
    /// too: no clock was ever set back by more than three hours. A slot that came out a day later or more is on a day that
    /// the zone left out, as Samoa's 2011-12-30, and there is none.
    private func slots(_ zones: [String], _ locals: [LocalDateTime]) async throws -> [ZoneSlot] {
        try await database.query(
            """
            SELECT zone, slot, min(time)
            FROM unnest(\(zones), \(locals)) AS slots (zone, slot)
            CROSS JOIN generate_series(0, 6) AS steps
            CROSS JOIN LATERAL (SELECT slot AT TIME ZONE zone - steps * interval '30 minutes' AS time) AS times
            WHERE CASE steps WHEN 0 THEN time AT TIME ZONE zone < slot + interval '1 day' ELSE time AT TIME ZONE zone = slot END
            GROUP BY zone, slot
            """
        ).decode(String.self, LocalDateTime.self, Date.self).map(ZoneSlot.init)
    }
}
