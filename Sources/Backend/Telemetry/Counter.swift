import Synchronization

/// A number that only grows.
public final class Counter: Sendable {
    private let count = Atomic<Int>(0)

    fileprivate init() {}

    /// - Parameter amount: 0 or more.
    public func increment(by amount: Int = 1) { count.wrappingAdd(max(amount, 0), ordering: .relaxed) }

    public var value: Int { count.load(ordering: .relaxed) }
}

/// A number that goes up and down.
public final class Gauge: Sendable {
    private let bits = AtomicDouble()

    fileprivate init() {}

    public func set(_ value: Double) { bits.store(value) }

    /// - Parameter amount: may be negative.
    public func add(_ amount: Double) { bits.add(amount) }

    public var value: Double { bits.load() }
}

/// A Double that several threads add to.
struct AtomicDouble: ~Copyable {
    private let bits = Atomic<UInt64>(0)

    func load() -> Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

    func store(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }

    func add(_ amount: Double) {
        var current = bits.load(ordering: .relaxed)
        while true {
            let sum = (Double(bitPattern: current) + amount).bitPattern
            let (exchanged, original) = bits.weakCompareExchange(expected: current, desired: sum, ordering: .relaxed)
            if exchanged { return }
            current = original
        }
    }
}

extension Registry {
    public func counter(_ name: String, _ help: String) throws(TelemetryError) -> Counter {
        let counter = Counter()
        try add(name, help, .counter) { $0.sample(value: Double(counter.value)) }
        return counter
    }

    /// - Parameter limit: how many sets of labels there may be; see `Labelled`.
    public func counter(
        _ name: String, _ help: String, labels: [String], limit: Int = 1000
    ) throws(TelemetryError) -> Labelled<Counter> {
        let counters = Labelled(labels, limit: limit) { Counter() }
        try add(name, help, .counter, labels: labels) { writer in
            for (labels, counter) in counters.all() { writer.sample(labels: labels, value: Double(counter.value)) }
        }
        return counters
    }

    public func gauge(_ name: String, _ help: String) throws(TelemetryError) -> Gauge {
        let gauge = Gauge()
        try add(name, help, .gauge) { $0.sample(value: gauge.value) }
        return gauge
    }

    public func gauge(
        _ name: String, _ help: String, labels: [String], limit: Int = 1000
    ) throws(TelemetryError) -> Labelled<Gauge> {
        let gauges = Labelled(labels, limit: limit) { Gauge() }
        try add(name, help, .gauge, labels: labels) { writer in
            for (labels, gauge) in gauges.all() { writer.sample(labels: labels, value: gauge.value) }
        }
        return gauges
    }
}
