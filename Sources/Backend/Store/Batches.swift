import DequeModule
import Synchronization

/// Runs together what is asked for at the same time.
///
/// Whoever comes while nothing runs is served at once. What comes meanwhile waits, and goes as the next batch: the busier
/// it is the larger the batches, and nobody waits for a batch to fill. One batch runs at a time: two would be half as large
/// and cost more in all. What a batch can't do goes alone, beside it, so that nobody waits for somebody else's lock.
final class Batches<Item: Sendable, Answer: Sendable>: Sendable {
    typealias Outcome = Result<Answer, any Error>

    private struct Waiting {
        let item: Item
        let continuation: CheckedContinuation<Outcome, Never>
    }

    private struct State {
        var isRunning = false
        var waiting: Deque<Waiting> = []

        /// The next batch; empty where nobody waits.
        mutating func take(_ maxCount: Int) -> [Waiting] {
            let next = Array(waiting.prefix(maxCount))
            waiting.removeFirst(next.count)
            isRunning = !next.isEmpty
            return next
        }
    }

    private let maxCount: Int
    private let attempt: @Sendable ([Item]) async -> [Outcome?]
    private let alone: @Sendable (Item) async -> Outcome
    private let state = Mutex(State())

    /// - Parameters:
    ///   - maxCount: of items in a batch.
    ///   - attempt: as many outcomes as items, in their order; nil for what has to go alone. It waits for no other request.
    ///   - alone: may wait.
    init(
        maxCount: Int = 128, attempt: @escaping @Sendable ([Item]) async -> [Outcome?],
        alone: @escaping @Sendable (Item) async -> Outcome
    ) {
        self.maxCount = maxCount
        self.attempt = attempt
        self.alone = alone
    }

    func callAsFunction(_ item: Item) async throws -> Answer {
        let isFirst = state.withLock { state in
            defer { state.isRunning = true }
            return !state.isRunning
        }
        guard isFirst else {
            return try await withCheckedContinuation { continuation in
                let next = state.withLock { state in
                    state.waiting.append(Waiting(item: item, continuation: continuation))
                    // The batch that was running may have ended since.
                    return state.isRunning ? [] : state.take(maxCount)
                }
                start(next)
            }.get()
        }
        let outcome = await attempt([item])[0]
        start(state.withLock { $0.take(maxCount) })
        if let outcome { return try outcome.get() }
        return try await alone(item).get()
    }

    /// Nobody's task, so that nobody's cancellation ends it for the others.
    private func start(_ waiting: [Waiting]) {
        if waiting.isEmpty { return }
        Task {
            let outcomes = await attempt(waiting.map(\.item))
            start(state.withLock { $0.take(maxCount) })
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
