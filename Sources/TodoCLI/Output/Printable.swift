import FoundationEssentials
import TodoCore

extension Printable {
    /// JSON on one line, its keys in order, safe to look at.
    static func json(_ value: some Encodable) throws -> String {
        String(decoding: json(try Wire.encode(value)), as: UTF8.self)
    }

    /// Well-formed JSON on one line with escapes for what must not reach a terminal: it means the same.
    ///
    /// As `json(_: String)`, but on bytes: a list of ten thousand tasks has nothing to escape, and is looked at once.
    static func json(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var done = 0
        var index = 0
        while index < bytes.count {
            guard isSuspicious(bytes[index]), let (length, escape) = unsafe(bytes, at: index) else {
                index += 1
                continue
            }
            if result.isEmpty { result.reserveCapacity(bytes.count + 64) }
            result += bytes[done..<index]
            result += escape.utf8
            index += length
            done = index
        }
        return done == 0 ? bytes : result + bytes[done...]
    }

    /// Whether an unsafe character may begin with this byte.
    @inline(__always)
    private static func isSuspicious(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == 0x7F || byte == 0xC2 || byte == 0xD8 || byte == 0xE2
    }

    /// How many bytes the unsafe character has that begins here, and what stands for it; nil for another character.
    private static func unsafe(_ bytes: [UInt8], at index: Int) -> (Int, String)? {
        func byte(_ offset: Int) -> UInt8 { index + offset < bytes.count ? bytes[index + offset] : 0 }
        let (first, second, third) = (byte(0), byte(1), byte(2))
        switch first {
        // White space between the values: within a string JSON has none of these.
        case 0..<0x20: return (1, " ")
        case 0x7F: return (1, "\\u007f")
        case 0xC2 where (0x80..<0xA0).contains(second): return (2, "\\u00" + String(second, radix: 16))
        case 0xD8 where second == 0x9C: return (2, "\\u061c")
        case 0xE2 where second == 0x80 && ([0x8E, 0x8F].contains(third) || (0xA8...0xAE).contains(third)),
            0xE2 where second == 0x81 && (0xA6...0xA9).contains(third):
            return (3, "\\u" + String(0x2000 + Int(second & 0x3F) << 6 + Int(third & 0x3F), radix: 16))
        default: return nil
        }
    }
}
