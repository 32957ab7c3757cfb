/// The part of TOML 1.0 that the configuration needs: `key = value` with texts, whole numbers and booleans, comments, and
/// tables, whose names become part of the key (`table.key`).
///
/// Not a TOML library: those for Swift import all of Foundation, which costs each start more than the program itself,
/// and none tells the line of a value that is good TOML but no good setting.
enum TOMLSubset {
    enum Value: Hashable {
        case string(String)
        case integer(Int)
        case boolean(Bool)

        var text: String {
            switch self {
            case .string(let value): value
            case .integer(let value): "\(value)"
            case .boolean(let value): "\(value)"
            }
        }
    }

    struct Entry: Hashable {
        var key: String
        var value: Value
        var line: Int
    }

    struct Fault: Error, Hashable {
        var line: Int
        var reason: String
    }

    static func parse(_ text: String) throws(Fault) -> [Entry] {
        var entries: [Entry] = []
        var table = ""
        var number = 0
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            number += 1
            var scanner = Scanner(rest: line, line: number)
            // Some editors begin a file with a byte order mark.
            if number == 1, scanner.rest.unicodeScalars.first == "\u{FEFF}" { scanner.rest.unicodeScalars.removeFirst() }
            scanner.skipSpace()
            if scanner.isAtEnd { continue }
            if scanner.take("[") {
                table = try scanner.key() + "."
                guard scanner.take("]") else { throw scanner.fault("a table is written [name]") }
            } else {
                let key = table + (try scanner.key())
                guard scanner.take("=") else { throw scanner.fault("expected = after \(key)") }
                let value = try scanner.value()
                if entries.contains(where: { $0.key == key }) { throw scanner.fault("\(key) is there twice") }
                entries.append(Entry(key: key, value: value, line: number))
            }
            guard scanner.isAtEnd else { throw scanner.fault("unexpected text at the end: \(scanner.rest)") }
        }
        return entries
    }

    /// Reads along one line.
    private struct Scanner {
        var rest: Substring
        let line: Int

        /// Whether only a comment is left.
        var isAtEnd: Bool { rest.first == nil || rest.first == "#" }

        func fault(_ reason: String) -> Fault { Fault(line: line, reason: reason) }

        mutating func skipSpace() { rest = rest.drop { $0 == " " || $0 == "\t" } }

        /// Takes the character and the space after it.
        mutating func take(_ character: Character) -> Bool {
            guard rest.first == character else { return false }
            rest.removeFirst()
            skipSpace()
            return true
        }

        /// `a`, `"a"` or `a.b`.
        mutating func key() throws(Fault) -> String {
            var parts: [String] = []
            repeat {
                if rest.first == "\"" || rest.first == "'" {
                    parts.append(try string())
                } else {
                    let bare = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
                    guard !bare.isEmpty else { throw fault("expected a key, as in url = \"https://…\"") }
                    parts.append(String(bare))
                    rest = rest[bare.endIndex...]
                }
                skipSpace()
            } while take(".")
            return parts.joined(separator: ".")
        }

        mutating func value() throws(Fault) -> Value {
            if rest.first == "\"" || rest.first == "'" {
                let text = try string()
                skipSpace()
                return .string(text)
            }
            let word = rest.prefix { $0 != " " && $0 != "\t" && $0 != "#" }
            rest = rest[word.endIndex...]
            skipSpace()
            switch word {
            case "true": return .boolean(true)
            case "false": return .boolean(false)
            case "": throw fault("expected a value after =")
            default:
                guard let number = Int(word.filter { $0 != "_" }) else {
                    throw fault("\(word) is no number, true or false; a text stands in quotes: \"\(word)\"")
                }
                return .integer(number)
            }
        }

        /// `"…"` with escapes, or `'…'` without.
        private mutating func string() throws(Fault) -> String {
            let quote = rest.removeFirst()
            var text = ""
            while let character = rest.popFirst() {
                if character == quote { return text }
                guard character == "\\", quote == "\"" else {
                    text.append(character)
                    continue
                }
                switch rest.popFirst() {
                case "\"": text += "\""
                case "\\": text += "\\"
                case "n": text += "\n"
                case "t": text += "\t"
                case "u": text.unicodeScalars.append(try scalar(digits: 4))
                case "U": text.unicodeScalars.append(try scalar(digits: 8))
                default: throw fault("unknown escape in a text in quotes; write \\\\ for a backslash")
                }
            }
            throw fault("the closing \(quote) is missing")
        }

        private mutating func scalar(digits: Int) throws(Fault) -> Unicode.Scalar {
            let code = rest.prefix(digits)
            guard code.count == digits, let value = UInt32(code, radix: 16), let scalar = Unicode.Scalar(value) else {
                throw fault("\\u needs 4 and \\U 8 hexadecimal digits")
            }
            rest = rest.dropFirst(digits)
            return scalar
        }
    }
}
