/// The forms in which a file can be sent besides its own: `Accept-Encoding` by RFC 9110, 12.5.3.
enum ContentCoding: String, CaseIterable {
    // The smaller first.
    case brotli = "br"
    case gzip

    /// What the name of a file in this form ends with.
    var suffix: String { self == .brotli ? ".br" : ".gz" }

    /// Those that the client takes, the smallest first. Weights don't matter: who takes it at all gets the smallest.
    ///
    /// - Parameter header: all `Accept-Encoding` fields.
    static func accepted(by header: [String]) -> [ContentCoding] {
        let items = header.flatMap { $0.split(separator: ",") }.map { $0.lowercased().filter { $0 != " " && $0 != "\t" } }
        return allCases.filter { coding in
            items.contains { item in
                let parts = item.split(separator: ";", omittingEmptySubsequences: false)
                guard let name = parts.first, name == coding.rawValue else { return false }
                // `q=0` and `q=0.000` refuse it.
                return !parts.dropFirst().contains { $0.hasPrefix("q=") && $0.dropFirst(2).allSatisfy { $0 == "0" || $0 == "." } }
            }
        }
    }
}
