/// What a client wants of an answer that comes in several forms: `Accept` by RFC 9110, 12.5.1.
enum Accept {
    /// The type that the client likes best: the first of equals, and the first where it says nothing. Nil where it takes none.
    ///
    /// - Parameter header: all `Accept` fields with commas between them. What can't be read in it is passed over.
    static func best(of types: [String], for header: String?) -> String? {
        let ranges = (header ?? "").split(separator: ",").compactMap { Range($0) }
        guard !ranges.isEmpty else { return types.first }
        var best: (type: String, quality: Int)?
        for type in types {
            // The most specific range that fits decides, whatever else fits.
            let quality = ranges.filter { $0.matches(type) }.max { $0.specificity < $1.specificity }?.quality ?? 0
            if quality > best?.quality ?? 0 { best = (type, quality) }
        }
        return best?.type
    }

    /// One media range with its weight, such as `text/*;q=0.5`.
    private struct Range {
        let type: Substring
        let subtype: Substring
        /// 0–1000.
        let quality: Int

        init?(_ text: Substring) {
            let parts = text.split(separator: ";", omittingEmptySubsequences: false).map(Range.trimmed)
            let names = parts[0].lowercased().split(separator: "/", omittingEmptySubsequences: false)
            guard names.count == 2, !names[0].isEmpty, !names[1].isEmpty, names[0] != "*" || names[1] == "*" else { return nil }
            (type, subtype) = (names[0], names[1])
            let weight = parts.dropFirst().first { $0.lowercased().hasPrefix("q=") }
            guard let quality = weight.map({ Range.quality($0.dropFirst(2)) }) ?? 1000 else { return nil }
            self.quality = quality
        }

        var specificity: Int { type == "*" ? 0 : subtype == "*" ? 1 : 2 }

        func matches(_ name: String) -> Bool {
            type == "*" || name.hasPrefix("\(type)/") && (subtype == "*" || name.hasSuffix("/\(subtype)"))
        }

        /// `0`, `0.5`, `1.000`: at most three digits after the dot.
        private static func quality(_ text: Substring) -> Int? {
            let digits = text.utf8.filter { $0 != UInt8(ascii: ".") }
            guard digits.count <= 4, text.utf8.count <= digits.count + 1, text.first == "0" || text.first == "1",
                text.utf8.count == 1 || text.dropFirst().first == ".", digits.allSatisfy({ (0x30...0x39).contains($0) })
            else { return nil }
            let number = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
            let quality = (digits.count..<4).reduce(number) { value, _ in value * 10 }
            return quality <= 1000 ? quality : nil
        }

        private static func trimmed(_ text: Substring) -> Substring {
            let tail = text.drop { $0 == " " || $0 == "\t" }
            return tail.prefix(upTo: tail.lastIndex { $0 != " " && $0 != "\t" }.map(tail.index(after:)) ?? tail.startIndex)
        }
    }
}
