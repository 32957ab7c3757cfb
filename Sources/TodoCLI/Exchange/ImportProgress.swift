import Synchronization

/// Tells on the terminal how far an import is, once it has taken a second.
final class ImportProgress: Sendable {
    private struct State {
        var phase = Importer.Phase.create
        var phaseStart: ContinuousClock.Instant
        var lastLine: ContinuousClock.Instant?
        var isDrawn = false
    }

    private let write: (@Sendable (String) -> Void)?
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant
    private let state: Mutex<State>

    /// - Parameter write: Nil where no person looks.
    init(write: (@Sendable (String) -> Void)?) {
        self.write = write
        start = clock.now
        state = Mutex(State(phaseStart: start))
    }

    var elapsed: Duration { clock.now - start }

    func show(_ phase: Importer.Phase, _ count: Int, of total: Int) {
        guard let write else { return }
        let now = clock.now
        // Written under the lock, or an earlier line could come after a later one.
        state.withLock { state in
            if state.phase != phase { (state.phase, state.phaseStart) = (phase, now) }
            guard now - (state.lastLine ?? start) >= (state.isDrawn ? .milliseconds(100) : .seconds(1)) else { return }
            (state.lastLine, state.isDrawn) = (now, true)
            let verb =
                switch phase {
                case .create: "added"
                case .complete: "ticked off"
                case .delete: "deleted"
                }
            let rate = ImportProgress.rate(count, now - state.phaseStart)
            let left = rate > 0 ? ", \(grouped((total - count) / rate + 1)) s left" : ""
            write("\r\u{1B}[K\(grouped(count)) of \(grouped(total)) \(verb), \(grouped(rate)) a second\(left)")
        }
    }

    /// Takes the line away again.
    func clear() {
        let wasDrawn = state.withLock { state in
            defer { state.isDrawn = false }
            return state.isDrawn
        }
        if wasDrawn { write?("\r\u{1B}[K") }
    }

    /// So many a second.
    static func rate(_ count: Int, _ duration: Duration) -> Int {
        let seconds = duration / .seconds(1)
        return seconds > 0 ? Int((Double(count) / seconds).rounded()) : 0
    }

    /// `0.8 s`.
    static func seconds(_ duration: Duration) -> String {
        let tenths = Int((duration / .milliseconds(100)).rounded())
        return "\(grouped(tenths / 10)).\(tenths % 10) s"
    }
}
