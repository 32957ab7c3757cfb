import Synchronization

/// The metrics of one name, one for each set of label values. Look a metric up once and keep it: that takes a lock, a change
/// of the metric doesn't.
///
/// There are `limit` sets at most. Whatever comes then is counted in one more, whose values are all `other`: nothing that a
/// client sends can fill the memory or the database of who scrapes.
public final class Labelled<Metric: Sendable>: Sendable {
    private struct State {
        var metrics: [[String]: Metric] = [:]
        var other: Metric?
    }

    private let names: [String]
    private let limit: Int
    private let make: @Sendable () -> Metric
    private let state = Mutex(State())

    init(_ names: [String], limit: Int, make: @escaping @Sendable () -> Metric) {
        self.names = names
        self.limit = limit
        self.make = make
    }

    /// The metric of these values, in the order of the label names; it is there from now on, from 0.
    public func labels(_ values: String...) -> Metric { labels(values) }

    public func labels(_ values: [String]) -> Metric {
        state.withLock { state in
            if let metric = state.metrics[values] { return metric }
            if state.metrics.count >= limit {
                let other = state.other ?? make()
                state.other = other
                return other
            }
            let metric = make()
            state.metrics[values] = metric
            return metric
        }
    }

    /// All of them with their labels as text, in the order of the values.
    func all() -> [(labels: String, metric: Metric)] {
        let (metrics, other) = state.withLock { ($0.metrics, $0.other) }
        var all = metrics.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { (Labels.text(names, $0.key), $0.value) }
        if let other { all.append((Labels.text(names, names.map { _ in "other" }), other)) }
        return all
    }
}
