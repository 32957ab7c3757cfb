/// Writes the text format, version 0.0.4.
/// https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
struct TextWriter {
    private(set) var bytes: [UInt8] = []

    init() { bytes.reserveCapacity(16_384) }

    /// A family without any series is left out.
    mutating func write(_ family: Family) {
        let start = bytes.count
        bytes += "# HELP \(family.name) ".utf8
        escape(family.help, quotes: false)
        bytes += "\n# TYPE \(family.name) \(family.kind.rawValue)\n".utf8
        let headEnd = bytes.count
        var samples = SampleWriter(name: family.name, text: self)
        bytes = []
        family.write(&samples)
        bytes = samples.text.bytes
        if bytes.count == headEnd { bytes.removeSubrange(start...) }
    }

    mutating func append(_ text: some StringProtocol) { bytes += text.utf8 }

    mutating func escape(_ text: String, quotes: Bool) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): append("\\\\")
            case UInt8(ascii: "\n"): append("\\n")
            case UInt8(ascii: "\"") where quotes: append("\\\"")
            default: bytes.append(byte)
            }
        }
    }

    mutating func number(_ value: Double) {
        if value.isNaN {
            append("NaN")
        } else if value.isInfinite {
            append(value < 0 ? "-Inf" : "+Inf")
        } else if let whole = Int(exactly: value), abs(whole) < 1 << 53 {
            append(String(whole))
        } else {
            append(value.description)
        }
    }
}

/// Writes the series of one family.
struct SampleWriter {
    let name: String
    fileprivate(set) var text: TextWriter

    fileprivate init(name: String, text: TextWriter) {
        self.name = name
        self.text = text
    }

    /// - Parameter labels: as `Labels.text` gives them.
    mutating func sample(_ suffix: String = "", labels: String = "", le: String? = nil, value: Double) {
        text.append(name)
        text.append(suffix)
        if le != nil || !labels.isEmpty {
            text.append("{")
            text.append(labels)
            if let le { text.append(labels.isEmpty ? "le=\"\(le)\"" : ",le=\"\(le)\"") }
            text.append("}")
        }
        text.append(" ")
        text.number(value)
        text.append("\n")
    }
}

/// The labels of one series.
enum Labels {
    /// `method="GET",status="200"`. Values beyond the names are left out, and names beyond the values are empty.
    static func text(_ names: [String], _ values: [String]) -> String {
        var writer = TextWriter()
        for (index, name) in names.enumerated() {
            writer.append(index == 0 ? "\(name)=\"" : ",\(name)=\"")
            writer.escape(index < values.count ? values[index] : "", quotes: true)
            writer.append("\"")
        }
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
