/// A parser of the text format that takes nothing but what the format allows, and checks what it can't say: each family
/// once, head before samples, histograms whole.
struct TextFormat {
    struct Family {
        var help: String
        var type: String
        var samples: [Series: Double] = [:]
    }

    struct Series: Hashable {
        var name: String
        var labels: [String: String] = [:]
    }

    struct Malformed: Error {
        var line: Substring
        var reason: String
    }

    private(set) var families: [String: Family] = [:]
    /// In the order of the text.
    private(set) var names: [String] = []

    init(_ bytes: [UInt8]) throws {
        guard let text = String(validating: bytes, as: UTF8.self), text.hasSuffix("\n") || text.isEmpty else {
            throw Malformed(line: "", reason: "not UTF-8, or without an end of line at the end")
        }
        var help: (name: String, text: String)?
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        while let line = lines.popFirst() {
            if line.hasPrefix("# HELP ") {
                let words = line.dropFirst(7).split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
                guard help == nil, words.count == 2 else { throw Malformed(line: line, reason: "a help too many, or no text") }
                help = (String(words[0]), try TextFormat.unescape(words[1], quotes: false))
            } else if line.hasPrefix("# TYPE ") {
                let words = line.dropFirst(7).split(separator: " ", omittingEmptySubsequences: false)
                guard words.count == 2, let given = help, given.name == words[0], families[given.name] == nil,
                    ["counter", "gauge", "histogram"].contains(words[1])
                else { throw Malformed(line: line, reason: "not the type of the metric before it, or again") }
                families[given.name] = Family(help: given.text, type: String(words[1]))
                names.append(given.name)
                help = nil
            } else {
                guard help == nil, let name = names.last, let type = families[name]?.type else {
                    throw Malformed(line: line, reason: "a sample without a head")
                }
                let (series, value) = try TextFormat.sample(line)
                let suffixes = type == "histogram" ? ["_bucket", "_sum", "_count"] : [""]
                guard suffixes.contains(where: { series.name == name + $0 }),
                    families[name]?.samples.updateValue(value, forKey: series) == nil
                else { throw Malformed(line: line, reason: "a sample of another metric, or again") }
            }
        }
        for (name, family) in families where family.type == "histogram" { try TextFormat.check(name, family) }
    }

    subscript(_ name: String, _ labels: [String: String] = [:]) -> Double? {
        for family in families.values {
            if let value = family.samples[Series(name: name, labels: labels)] { return value }
        }
        return nil
    }

    private static func sample(_ line: Substring) throws -> (Series, Double) {
        var rest = line
        func malformed(_ reason: String) -> Malformed { Malformed(line: line, reason: reason) }
        func name(_ more: String) throws -> String {
            let name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || more.contains($0)) }
            guard let first = name.first, !first.isNumber else { throw malformed("no name") }
            rest = rest.dropFirst(name.count)
            return String(name)
        }
        var series = Series(name: try name("_:"))
        if rest.first == "{" {
            repeat {
                rest = rest.dropFirst()
                let label = try name("_")
                guard rest.hasPrefix("=\"") else { throw malformed("no value of a label") }
                rest = rest.dropFirst(2)
                var value: Substring = ""
                while let character = rest.popFirst(), character != "\"" {
                    value.append(character)
                    if character == "\\", let next = rest.popFirst() { value.append(next) }
                }
                let isNew = series.labels.updateValue(try unescape(value, quotes: true), forKey: label) == nil
                guard isNew else { throw malformed("a label twice") }
            } while rest.first == ","
            guard rest.popFirst() == "}" else { throw malformed("the labels don't end") }
        }
        guard rest.popFirst() == " " else { throw malformed("no space before the value") }
        let special = ["NaN": Double.nan, "+Inf": .infinity, "-Inf": -.infinity]
        guard let value = special[String(rest)] ?? Double(rest), special[String(rest)] != nil || value.isFinite else {
            throw malformed("no number")
        }
        return (series, value)
    }

    private static func unescape(_ text: Substring, quotes: Bool) throws -> String {
        var result = ""
        var rest = text
        while let character = rest.popFirst() {
            guard character == "\\" else {
                result.append(character)
                continue
            }
            switch rest.popFirst() {
            case "\\": result.append("\\")
            case "n": result.append("\n")
            case "\"" where quotes: result.append("\"")
            default: throw Malformed(line: text, reason: "an unknown escape")
            }
        }
        return result
    }

    /// Buckets that grow up to +Inf, which is the count; and a sum.
    private static func check(_ name: String, _ family: Family) throws {
        var buckets: [[String: String]: [(bound: Double, count: Double)]] = [:]
        for (series, count) in family.samples where series.name == name + "_bucket" {
            var labels = series.labels
            let le = labels.removeValue(forKey: "le")
            guard let bound = le == "+Inf" ? .infinity : le.flatMap({ Double($0) }) else {
                throw Malformed(line: "", reason: "\(name) has a bucket without a bound")
            }
            buckets[labels, default: []].append((bound, count))
        }
        for (labels, unsorted) in buckets {
            let sorted = unsorted.sorted { $0.bound < $1.bound }
            let isAscending = zip(sorted, sorted.dropFirst()).allSatisfy { $0.count <= $1.count }
            guard isAscending, sorted.last?.bound == .infinity,
                sorted.last?.count == family.samples[Series(name: name + "_count", labels: labels)],
                family.samples[Series(name: name + "_sum", labels: labels)] != nil
            else { throw Malformed(line: "", reason: "\(name) \(labels) is no histogram") }
        }
    }
}
