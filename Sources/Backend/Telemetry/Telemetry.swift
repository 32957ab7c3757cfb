// Telemetry: counts what the services do, and writes it as Prometheus reads it (text format 0.0.4). It must not know what
// is counted, or who asks for it: the services are handed a `Registry`, and whoever serves HTTP serves its text.

import Synchronization

/// All metrics of a process. Metrics are made once, at the start; their changes are atomics, which neither block nor allocate.
public final class Registry: Sendable {
    /// The media type of `text()`.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private let families = Mutex<[String: Family]>([:])

    public init() {}

    /// Everything, families and series in the order of their names, so that two scrapes can be compared.
    public func text() -> [UInt8] {
        let families = families.withLock { $0.values.sorted { $0.name < $1.name } }
        var writer = TextWriter()
        for family in families { writer.write(family) }
        return writer.bytes
    }

    /// - Parameter write: writes the lines of the samples; called at each scrape.
    func add(
        _ name: String, _ help: String, _ kind: Family.Kind, labels: [String] = [],
        write: @escaping @Sendable (inout SampleWriter) -> Void
    ) throws(TelemetryError) {
        guard Names.isMetric(name), kind != .counter || name.hasSuffix("_total") else { throw .badName(name) }
        for (index, label) in labels.enumerated() {
            let isTaken = labels[..<index].contains(label) || kind == .histogram && label == "le"
            guard Names.isLabel(label), !isTaken else { throw .badLabel(label, of: name) }
        }
        let isNew = families.withLock { families in
            guard families[name] == nil else { return false }
            families[name] = Family(name: name, help: help, kind: kind, write: write)
            return true
        }
        guard isNew else { throw .duplicate(name) }
    }
}

/// A metric that can't be made: an error of the program, found at its start.
public enum TelemetryError: Error, Hashable, CustomStringConvertible {
    /// Not a name by Prometheus' rules; a counter's must end in `_total`.
    case badName(String)
    case badLabel(String, of: String)
    /// There is a metric of this name already.
    case duplicate(String)
    /// A histogram's upper bounds must be finite numbers in ascending order, at least one.
    case badBuckets(String)

    public var description: String {
        switch self {
        case .badName(let name): "\(name) can't be the name of such a metric"
        case .badLabel(let label, let name): "\(label) can't be a label of the metric \(name)"
        case .duplicate(let name): "there is a metric \(name) already"
        case .badBuckets(let name): "the buckets of the metric \(name) must be finite and ascending"
        }
    }
}

/// All series of one name.
struct Family: Sendable {
    enum Kind: String { case counter, gauge, histogram }

    let name: String
    let help: String
    let kind: Kind
    let write: @Sendable (inout SampleWriter) -> Void
}

/// The rules for names.
enum Names {
    static func isMetric(_ name: String) -> Bool {
        isName(name) { isLetter($0) || $0 == UInt8(ascii: ":") }
    }

    /// Names that begin with two underscores are Prometheus' own.
    static func isLabel(_ name: String) -> Bool { isName(name, isLetter) && !name.hasPrefix("__") }

    private static func isName(_ name: String, _ isLetter: (UInt8) -> Bool) -> Bool {
        guard let first = name.utf8.first, isLetter(first) else { return false }
        return name.utf8.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte | 0x20) || byte == UInt8(ascii: "_")
    }
}
