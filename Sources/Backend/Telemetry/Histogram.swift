import Synchronization

/// How often a value lay in which range, and the sum of all values.
public final class Histogram: Sendable {
    /// Seconds of requests: half a millisecond to ten seconds.
    public static let durations = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

    private let bounds: [Double]
    /// One for each bound and one for all above. Never changed but through the atomics, and freed with their only owner.
    private nonisolated(unsafe) let counts: UnsafeMutableBufferPointer<Atomic<Int>>
    private let sum = AtomicDouble()

    fileprivate init(bounds: [Double]) {
        self.bounds = bounds
        counts = .allocate(capacity: bounds.count + 1)
        for index in counts.indices { counts.initializeElement(at: index, to: Atomic(0)) }
    }

    deinit {
        counts.deinitialize()
        counts.deallocate()
    }

    public func observe(_ value: Double) {
        var index = 0
        while index < bounds.count, value > bounds[index] { index += 1 }
        counts[index].wrappingAdd(1, ordering: .relaxed)
        sum.add(value)
    }

    fileprivate func write(labels: String = "", bounds texts: [String], to writer: inout SampleWriter) {
        var total = 0
        for index in counts.indices {
            total += counts[index].load(ordering: .relaxed)
            writer.sample("_bucket", labels: labels, le: texts[index], value: Double(total))
        }
        writer.sample("_sum", labels: labels, value: sum.load())
        // The sum of the buckets, not a counter of its own: it must never disagree with them.
        writer.sample("_count", labels: labels, value: Double(total))
    }
}

extension Registry {
    /// - Parameter buckets: upper bounds, ascending; one for everything above them is added.
    public func histogram(_ name: String, _ help: String, buckets: [Double]) throws(TelemetryError) -> Histogram {
        let texts = try texts(of: buckets, name)
        let histogram = Histogram(bounds: buckets)
        try add(name, help, .histogram) { histogram.write(bounds: texts, to: &$0) }
        return histogram
    }

    public func histogram(
        _ name: String, _ help: String, buckets: [Double], labels: [String], limit: Int = 500
    ) throws(TelemetryError) -> Labelled<Histogram> {
        let texts = try texts(of: buckets, name)
        let histograms = Labelled(labels, limit: limit) { Histogram(bounds: buckets) }
        try add(name, help, .histogram, labels: labels) { writer in
            for (labels, histogram) in histograms.all() { histogram.write(labels: labels, bounds: texts, to: &writer) }
        }
        return histograms
    }

    private func texts(of bounds: [Double], _ name: String) throws(TelemetryError) -> [String] {
        let isAscending = zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 }
        guard !bounds.isEmpty, isAscending, bounds.allSatisfy(\.isFinite) else { throw .badBuckets(name) }
        return bounds.map(\.description) + ["+Inf"]
    }
}
