/// One field of a cron expression: the set of its values, all below 64.
struct CronField: Sendable, Hashable {
    private let values: UInt64
    /// Whether it is written with a `*` in front: it then doesn't take part in the rule of the two day fields.
    let isStar: Bool

    func contains(_ value: Int) -> Bool { values & (1 << UInt64(value)) != 0 }

    /// The least value that is at least `value`.
    func next(atOrAfter value: Int) -> Int? { (value..<64).first(where: contains) }

    /// The greatest value that is at most `value`.
    func last(atOrBefore value: Int) -> Int? { (0...max(0, value)).last(where: contains) }

    /// What the field is called, what it takes, and names for its first values.
    struct Kind {
        let name: String
        let range: ClosedRange<Int>
        var names: [String] = []
        var firstName = 0

        static let minute = Kind(name: "minute", range: 0...59)
        static let hour = Kind(name: "hour", range: 0...23)
        static let dayOfMonth = Kind(name: "day of month", range: 1...31)
        static let month = Kind(
            name: "month", range: 1...12,
            names: ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"], firstName: 1)
        static let dayOfWeek = Kind(name: "day of week", range: 0...7, names: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"])
    }

    /// Reads `*`, `5`, `1-5`, `*/15`, `10-40/10`, and lists of these with commas. `5/10` is `5-59/10`.
    init(_ text: Substring, _ kind: Kind) throws(CronError) {
        var values: UInt64 = 0
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let halves = part.split(separator: "/", omittingEmptySubsequences: false)
            guard halves.count <= 2, let base = halves.first else { throw CronError(kind, "\"\(part)\" has more than one /") }
            var range = try Self.range(base, kind)
            var step = 1
            if halves.count == 2 {
                guard let number = Self.number(halves[1]), number > 0 else {
                    throw CronError(kind, "the step \"\(halves[1])\" is not a number above 0")
                }
                step = number
                if !base.contains("-"), base != "*" { range = range.lowerBound...kind.range.upperBound }
            }
            for value in stride(from: range.lowerBound, through: range.upperBound, by: step) { values |= 1 << UInt64(value) }
        }
        // Sunday is 0 and 7.
        if kind.range == Kind.dayOfWeek.range, values & (1 << 7) != 0 { values = values & ~(1 << 7) | 1 }
        self.values = values
        isStar = text.first == "*"
    }

    private static func range(_ text: Substring, _ kind: Kind) throws(CronError) -> ClosedRange<Int> {
        if text == "*" { return kind.range == Kind.dayOfWeek.range ? 0...6 : kind.range }
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count <= 2, let first = ends.first, let last = ends.last else {
            throw CronError(kind, "\"\(text)\" is not a range")
        }
        let low = try value(first, kind), high = try value(last, kind)
        guard low <= high else { throw CronError(kind, "the range \"\(text)\" runs backwards") }
        return low...high
    }

    private static func value(_ text: Substring, _ kind: Kind) throws(CronError) -> Int {
        let upper = text.uppercased()
        if let index = kind.names.firstIndex(of: upper) { return index + kind.firstName }
        guard let number = number(text) else {
            throw CronError(kind, text.isEmpty ? "a value is missing" : "\"\(text)\" is not a value")
        }
        guard kind.range.contains(number) else {
            throw CronError(kind, "\(number) is not in \(kind.range.lowerBound)–\(kind.range.upperBound)")
        }
        return number
    }

    /// Plain digits: `Int` alone would take `+5` too.
    private static func number(_ text: Substring) -> Int? {
        guard (1...4).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(text)
    }
}
