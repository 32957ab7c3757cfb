import Synchronization

/// What is going on, in the last line of a terminal: for work that takes over a second.
final class ProgressLine: Sendable {
    private static let patience = Duration.seconds(1)
    private static let interval = Duration.milliseconds(200)

    private let isShown: Bool
    private let start = ContinuousClock.now
    private let last = Mutex<ContinuousClock.Instant?>(nil)

    /// - Parameter isShown: false where nobody looks.
    init(isShown: Bool) { self.isShown = isShown }

    /// - Parameter what: the words behind the count.
    func show(_ count: Int, _ what: String) {
        let now = ContinuousClock.now
        let isDue = last.withLock { last in
            guard isShown, now - start >= ProgressLine.patience, last.map({ now - $0 >= ProgressLine.interval }) ?? true else {
                return false
            }
            last = now
            return true
        }
        guard isDue else { return }
        let rate = Int((Double(count) / ((now - start) / .seconds(1))).rounded())
        FileHandleStream.standardError.write("\r\(count) \(what), \(rate) a second\u{1B}[K")
    }

    /// Takes the line away.
    func end() {
        if last.withLock({ $0 }) != nil { FileHandleStream.standardError.write("\r\u{1B}[K") }
    }
}
