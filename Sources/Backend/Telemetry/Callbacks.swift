/// One value of a metric that is asked for when it is scraped.
public struct Sample: Sendable, Hashable {
    /// In the order of the metric's label names.
    public var labels: [String]
    public var value: Double

    public init(_ labels: String..., value: Double) {
        self.labels = labels
        self.value = value
    }

    public init(_ labels: String..., value: Int) {
        self.labels = labels
        self.value = Double(value)
    }
}

extension Registry {
    /// A number that somebody else keeps.
    ///
    /// - Parameter read: called at each scrape, on any thread; it must be quick and wait for nothing. What is unknown is
    ///   left out.
    public func gauge(
        _ name: String, _ help: String, labels: [String] = [], read: @escaping @Sendable () -> [Sample]
    ) throws(TelemetryError) {
        try add(name, help, .gauge, labels, read)
    }

    /// A number that somebody else keeps, and that only grows; see `gauge(_:_:labels:read:)`.
    public func counter(
        _ name: String, _ help: String, labels: [String] = [], read: @escaping @Sendable () -> [Sample]
    ) throws(TelemetryError) {
        try add(name, help, .counter, labels, read)
    }

    private func add(
        _ name: String, _ help: String, _ kind: Family.Kind, _ labels: [String], _ read: @escaping @Sendable () -> [Sample]
    ) throws(TelemetryError) {
        try add(name, help, kind, labels: labels) { writer in
            for sample in read() { writer.sample(labels: Labels.text(labels, sample.labels), value: sample.value) }
        }
    }
}
