package import FoundationEssentials

/// The time, and waiting for it: the scheduler's only view of a clock.
package struct SchedulerClock: Sendable {
    package var now: @Sendable () -> Date
    /// Throws when the task is cancelled.
    package var sleep: @Sendable (Duration) async throws -> Void

    package init(now: @escaping @Sendable () -> Date, sleep: @escaping @Sendable (Duration) async throws -> Void) {
        self.now = now
        self.sleep = sleep
    }

    package static let system = SchedulerClock(
        now: { Date() }, sleep: { try await Task.sleep(until: .now + $0, tolerance: .zero, clock: .continuous) })
}
