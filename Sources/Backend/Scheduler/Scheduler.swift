// Scheduler: says when a user's digest is due, and asks for it by the event email.daily_digest.requested.
// It only reads the database. It must not know who makes a mail of the event, or whether anybody does:
// what was already done it sees in processed_events alone.

import Digest
public import FoundationEssentials
public import Kafka
public import Logging
public import Postgres
import Store
import TodoCore

/// Publishes the digests that are due.
public struct Scheduler: Sendable {
    /// The longest wait before it looks again: for users in new time zones, and for clocks that were set.
    private static let longestWait: Double = 60
    /// The wait after a failure, in seconds.
    private static let waitAfterFailure: Double = 5

    private let slots: SlotQueries
    private let pages: DigestPages
    private let kafka: KafkaProducer
    private let clock: SchedulerClock
    private let logger: Logger

    /// `database` needs no more than to read `users`, `tasks` and `processed_events`.
    public init(database: PostgresPool, kafka: KafkaProducer, settings: SchedulerSettings, logger: Logger) {
        self.init(database: database, kafka: kafka, settings: settings, clock: .system, logger: logger)
    }

    package init(
        database: PostgresPool, kafka: KafkaProducer, settings: SchedulerSettings, clock: SchedulerClock, logger: Logger
    ) {
        slots = SlotQueries(database: database, settings: settings, logger: logger)
        pages = DigestPages(database: database, defaultTimeZone: settings.defaultTimeZone, size: settings.pageSize)
        self.kafka = kafka
        self.clock = clock
        self.logger = logger
    }

    /// Publishes what is due at `instant` and not processed yet, and gives the number of events once the broker has them all.
    ///
    /// - Throws: `SchedulerError`, `PostgresError`, `KafkaError`; what was published by then stays, and asking again is harmless.
    @discardableResult
    public func tick(at instant: Date) async throws -> Int {
        try await slots.checkDefaultTimeZone()
        var count = 0
        for slot in try await slots.around(instant).due {
            var progress = Progress(slot: slot.local)
            count += try await publish(slot, &progress)
        }
        return count
    }

    /// Publishes each slot when it comes, at first the missed ones, until the task is cancelled.
    ///
    /// Failures are logged and tried again.
    /// - Throws: `SchedulerError` at the start, where the default time zone is wrong.
    public func run() async throws {
        var progress: [String: Progress] = [:]
        var isChecked = false
        while !Task.isCancelled {
            var wait = Self.longestWait
            do {
                if !isChecked { try await slots.checkDefaultTimeZone() }
                isChecked = true
                let now = clock.now()
                let around = try await slots.around(now)
                for slot in around.due {
                    let known = progress[slot.zone].flatMap { $0.slot == slot.local ? $0 : nil }
                    var reached = known ?? Progress(slot: slot.local)
                    // After a failure too: what was published is not published again.
                    defer { progress[slot.zone] = reached }
                    _ = try await publish(slot, &reached)
                }
                if let next = around.next { wait = min(wait, next.timeIntervalSince(clock.now())) }
            } catch let error as SchedulerError {
                throw error
            } catch {
                if Task.isCancelled { return }
                logger.error("digests could not be published, trying again in 5 s", metadata: ["error": "\(error)"])
                wait = Self.waitAfterFailure
            }
            do {
                try await clock.sleep(.seconds(max(wait, 0.001)))
            } catch {
                return
            }
        }
    }

    /// How far the digests of one slot in one time zone are published.
    private struct Progress {
        var slot: LocalDateTime
        /// The last user of the pages that the broker has.
        var last: UUID?
        var isComplete = false
    }

    /// Asks for the digests of one time zone, page by page: the next one is read while the broker takes the last.
    private func publish(_ slot: ZoneSlot, _ progress: inout Progress) async throws -> Int {
        var count = 0
        if !progress.isComplete {
            var page = try await pages.page(of: slot, after: progress.last)
            while let last = page.last {
                // Never more than two pages in memory. A failure below cancels it.
                async let next = pages.page(of: slot, after: last)
                count += try await send(page.requests)
                progress.last = last
                page = try await next
            }
            count += try await send(page.requests)
            progress.isComplete = true
        }
        if count > 0 {
            logger.info(
                "digests requested", metadata: ["zone": "\(slot.zone)", "slot": "\(slot.local)", "count": "\(count)"])
        }
        return count
    }

    /// Gives the number of events that the broker has, once it has them all.
    private func send(_ requests: [DigestRequest]) async throws -> Int {
        var count = 0
        let results = await kafka.send(contentsOf: requests.map(\.message))
        for (request, result) in zip(requests, results) {
            switch result {
            case .success: count += 1
            case .failure(let error):
                // Too large it would be each time: one user's digest must not keep the others from theirs.
                guard error.kind == .tooLarge else { throw error }
                logger.error("a digest is too large for the broker", metadata: ["user_id": "\(request.facts.user)"])
            }
        }
        return count
    }
}
