import DeadLetters
import Synchronization

/// Counts what succeeded and what didn't.
final class Outcomes: Sendable {
    private let state = Mutex<[Bool: Int]>([:])

    var counts: [Bool: Int] { state.withLock { $0 } }
    func add(_ retry: DeadLetterRetry) { state.withLock { $0[retry.isSuccess, default: 0] += 1 } }
}
