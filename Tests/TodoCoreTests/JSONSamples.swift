import TodoCore

/// The same numbers each time (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

extension String {
    /// Any characters, those among them that JSON has to escape.
    static func random(using random: inout SeededGenerator) -> String {
        var text = UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...30, using: &random) {
            let range: ClosedRange<UInt32> =
                switch Int.random(in: 0..<8, using: &random) {
                case 0: 0...0x1F
                case 1: 0x22...0x5C
                case 2: 0x80...0x7FF
                case 3: 0x2000...0xD7FF
                case 4: 0x1F300...0x1FAFF
                default: 0x20...0x7E
                }
            if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &random)) { text.append(scalar) }
        }
        return String(text)
    }
}

extension JSONValue {
    /// Anything, nested a few times.
    static func random(depth: Int = 3, using random: inout SeededGenerator) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &random) {
        case 0: .null
        case 1: .bool(.random(using: &random))
        case 2: .integer(.random(in: -1000...1000, using: &random))
        case 3: .number(.random(in: -1e6...1e6, using: &random))
        case 4, 5: .string(.random(using: &random))
        case 6: .array((0..<Int.random(in: 0...3, using: &random)).map { _ in .random(depth: depth - 1, using: &random) })
        default:
            .object(
                Dictionary(
                    (0..<Int.random(in: 0...3, using: &random)).map { _ in
                        (String.random(using: &random), JSONValue.random(depth: depth - 1, using: &random))
                    }
                ) { $1 })
        }
    }

    /// One of the many ways to write the value.
    func written(using random: inout SeededGenerator) -> String {
        let text =
            switch self {
            case .null: "null"
            case .bool(let value): "\(value)"
            case .integer(let value): "\(value)"
            case .number(let value): "\(value)"
            case .string(let value): JSONValue.quoted(value, using: &random)
            case .array(let values): "[" + values.map { $0.written(using: &random) }.joined(separator: ",") + "]"
            case .object(let fields):
                "{"
                    + fields.sorted { $0.key < $1.key }.shuffled(using: &random).map {
                        JSONValue.space(&random) + JSONValue.quoted($0.key, using: &random) + JSONValue.space(&random) + ":"
                            + $0.value.written(using: &random)
                    }.joined(separator: ",") + "}"
            }
        return JSONValue.space(&random) + text + JSONValue.space(&random)
    }

    private static func space(_ random: inout SeededGenerator) -> String {
        ["", "", "", " ", "\n", "\t\r "].randomElement(using: &random) ?? ""
    }

    private static func quoted(_ text: String, using random: inout SeededGenerator) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            let mustEscape = scalar.value < 0x20 || scalar == "\"" || scalar == "\\"
            guard mustEscape || Int.random(in: 0..<6, using: &random) == 0 else {
                result.unicodeScalars.append(scalar)
                continue
            }
            for unit in UTF16.encode(scalar).map(Array.init) ?? [] {
                let digits = String(unit, radix: 16, uppercase: Bool.random(using: &random))
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return result + "\""
    }
}
