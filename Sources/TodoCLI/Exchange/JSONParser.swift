/// Reads JSON (RFC 8259) from files that anybody may have written: bounded in depth, never past the end.
///
/// Where `JSONReader` is strict, because a server that errs must be found out, this one saves what can be saved of somebody's
/// tasks: control characters in texts, halves of pairs, objects one a line. It keeps the order of keys and the digits of
/// numbers, so that what it doesn't know can be written back as it was, and says at which byte something is wrong.
package struct JSONParser {
    /// An object in an object in an object…: more of them is no list of tasks.
    private static let depthLimit = 64

    private let bytes: ArraySlice<UInt8>
    /// Where it reads next.
    private(set) var offset: Int
    private var depth = 0

    package init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        offset = bytes.startIndex
    }

    /// The one value that the bytes are.
    package static func parse(_ bytes: ArraySlice<UInt8>) throws(JSONFault) -> JSONNode {
        var parser = JSONParser(bytes)
        let value = try parser.value()
        parser.skipSpace()
        guard parser.offset == bytes.endIndex else { throw parser.fault("something follows the end of the value") }
        return value
    }

    private var byte: UInt8? { offset < bytes.endIndex ? bytes[offset] : nil }

    private func fault(_ reason: String) -> JSONFault { JSONFault(offset: offset, reason: reason) }

    package mutating func skipSpace() {
        while let byte, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { offset += 1 }
    }

    /// The next byte, if it is this one.
    package mutating func take(_ expected: UInt8) -> Bool {
        guard byte == expected else { return false }
        offset += 1
        return true
    }

    package mutating func value() throws(JSONFault) -> JSONNode {
        skipSpace()
        switch byte {
        case UInt8(ascii: "{"): return try nested { parser throws(JSONFault) in try parser.object() }
        case UInt8(ascii: "["): return try nested { parser throws(JSONFault) in try parser.array() }
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case nil: throw fault("the value is missing: the file may be cut off")
        default: return .number(try number())
        }
    }

    private mutating func nested(_ read: (inout JSONParser) throws(JSONFault) -> JSONNode) throws(JSONFault) -> JSONNode {
        guard depth < JSONParser.depthLimit else { throw fault("values are nested too deep") }
        depth += 1
        defer { depth -= 1 }
        offset += 1
        return try read(&self)
    }

    private mutating func object() throws(JSONFault) -> JSONNode {
        var members: [JSONNode.Member] = []
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object(members) }
        while true {
            skipSpace()
            guard byte == UInt8(ascii: "\"") else { throw fault("a name in quotes is missing") }
            let key = try string()
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw fault("a colon is missing") }
            members.append(.init(key, try value()))
            skipSpace()
            if take(UInt8(ascii: "}")) { return .object(members) }
            guard take(UInt8(ascii: ",")) else { throw fault("a comma or } is missing") }
        }
    }

    private mutating func array() throws(JSONFault) -> JSONNode {
        var values: [JSONNode] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .array(values) }
        while true {
            values.append(try value())
            skipSpace()
            if take(UInt8(ascii: "]")) { return .array(values) }
            guard take(UInt8(ascii: ",")) else { throw fault("a comma or ] is missing") }
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSONNode) throws(JSONFault) -> JSONNode {
        let end = offset + word.utf8CodeUnitCount
        guard end <= bytes.endIndex, bytes[offset..<end].elementsEqual("\(word)".utf8) else { throw fault("not a value") }
        offset = end
        return value
    }

    private mutating func number() throws(JSONFault) -> String {
        let start = offset
        func digits(_ parser: inout JSONParser) -> Int {
            let first = parser.offset
            while let byte = parser.byte, (0x30...0x39).contains(byte) { parser.offset += 1 }
            return parser.offset - first
        }
        _ = take(UInt8(ascii: "-"))
        guard digits(&self) > 0 else { throw fault("not a value") }
        if take(UInt8(ascii: ".")), digits(&self) == 0 { throw fault("a digit is missing") }
        if let byte, byte | 0x20 == UInt8(ascii: "e") {
            offset += 1
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            if digits(&self) == 0 { throw fault("a digit is missing") }
        }
        return String(decoding: bytes[start..<offset], as: UTF8.self)
    }

    /// A string from its quote on. Raw control characters are let through: Taskwarrior has written some.
    private mutating func string() throws(JSONFault) -> String {
        let quote = offset
        offset += 1
        var text: [UInt8] = []
        var plain = offset
        while let byte {
            switch byte {
            case UInt8(ascii: "\""):
                text += bytes[plain..<offset]
                offset += 1
                guard
                    let string = String(validating: text, as: UTF8.self)
                        ?? String(validating: CESU8.repaired(text), as: UTF8.self)
                else { throw JSONFault(offset: quote, reason: "the text is not UTF-8") }
                return string
            case UInt8(ascii: "\\"):
                text += bytes[plain..<offset]
                offset += 1
                text += try escaped()
                plain = offset
            default: offset += 1
            }
        }
        throw JSONFault(offset: quote, reason: "the quote that begins here never ends")
    }

    /// What a backslash stands for; a half of a pair alone is U+FFFD.
    private mutating func escaped() throws(JSONFault) -> [UInt8] {
        guard let byte else { throw fault("the text ends in a backslash") }
        offset += 1
        switch byte {
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "u"):
            var code = try hexadecimal()
            if (0xD800..<0xDC00).contains(code), offset + 1 < bytes.endIndex, bytes[offset] == UInt8(ascii: "\\"),
                bytes[offset + 1] == UInt8(ascii: "u")
            {
                let back = offset
                offset += 2
                let low = try hexadecimal()
                if (0xDC00..<0xE000).contains(low) {
                    code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
                } else {
                    offset = back
                }
            }
            return Array(String(Character(Unicode.Scalar(code) ?? "\u{FFFD}")).utf8)
        default: throw fault("an unknown escape")
        }
    }

    private mutating func hexadecimal() throws(JSONFault) -> UInt32 {
        guard offset + 4 <= bytes.endIndex else { throw fault("\\u needs four hexadecimal digits") }
        var code: UInt32 = 0
        for byte in bytes[offset..<offset + 4] {
            switch byte {
            case 0x30...0x39: code = code << 4 | UInt32(byte - 0x30)
            case 0x41...0x46, 0x61...0x66: code = code << 4 | UInt32((byte | 0x20) - 0x57)
            default: throw fault("\\u needs four hexadecimal digits")
            }
        }
        offset += 4
        return code
    }
}
