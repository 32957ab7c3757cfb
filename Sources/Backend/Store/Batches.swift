import DequeModule
import Synchronization

/// Runs together what is asked for at the same time.
///
/// Whoever comes while nothing runs is served at once. What comes meanwhile waits, and goes as one batch when a place is
/// free: the busier it is the larger the batches, and nobody waits for a batch to fill. What a batch can't do goes alone,
/// off the places, so that nobody waits for somebody else's lock.
final class Batches<Item: Sendable, Answer: Sendable>: Sendable {
    typealias Outcome = Result<Answer, any Error>

    private struct Waiting {
        let item: Item
        let continuation: CheckedContinuation<Outcome, Never>
    }

    private struct State {
        var running = 0
        var waiting: Deque<Waiting> = []

        /// The next batch, and a place for it.
        mutating func take(_ maxCount: Int) -> [Waiting]? {
            guard !waiting.isEmpty else { return nil }
            running += 1
            let next = Array(waiting.prefix(maxCount))
            waiting.removeFirst(next.count)
            return next
        }
    }

    /// How many batches run side by side: while one waits for the disk, another can be worked on.
    private let width: Int
    private let maxCount: Int
    private let attempt: @Sendable ([Item]) async -> [Outcome?]
    private let alone: @Sendable (Item) async -> Outcome
    private let state = Mutex(State())

    /// - Parameters:
    ///   - maxCount: of items in a batch.
    ///   - attempt: as many outcomes as items, in their order; nil for what has to go alone. It waits for no other request.
    ///   - alone: may wait.
    init(
        width: Int = 2, maxCount: Int = 64, attempt: @escaping @Sendable ([Item]) async -> [Outcome?],
        alone: @escaping @Sendable (Item) async -> Outcome
    ) {
        self.width = width
        self.maxCount = maxCount
        self.attempt = attempt
        self.alone = alone
    }

    func callAsFunction(_ item: Item) async throws -> Answer {
        let isFree = state.withLock { state in
            guard state.running < width else { return false }
            state.running += 1
            return true
        }
        if isFree {
            let outcome = await attempt([item])[0]
            leavePlace()
            if let outcome { return try outcome.get() }
            return try await alone(item).get()
        }
        return try await withCheckedContinuation { continuation in
            let next = state.withLock { state in
                state.waiting.append(Waiting(item: item, continuation: continuation))
                // The last one may have ended since.
                return state.running < width ? state.take(maxCount) : nil
            }
            if let next { start(next) }
        }.get()
    }

    /// What waits goes on in the place.
    private func leavePlace() {
        let next = state.withLock { state in
            state.running -= 1
            return state.take(maxCount)
        }
        if let next { start(next) }
    }

    /// Nobody's task, so that nobody's cancellation ends it for the others.
    private func start(_ waiting: [Waiting]) {
        Task {
            let outcomes = await attempt(waiting.map(\.item))
            leavePlace()
            for (waiting, outcome) in zip(waiting, outcomes) {
                if let outcome {
                    waiting.continuation.resume(returning: outcome)
                } else {
                    Task { waiting.continuation.resume(returning: await alone(waiting.item)) }
                }
            }
        }
    }
}
