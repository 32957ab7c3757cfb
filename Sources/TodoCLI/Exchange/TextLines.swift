/// The lines of a text file, each checked by itself: one that isn't UTF-8 leaves the others readable.
struct TextLines {
    /// Those that are not empty.
    private(set) var lines: [(number: Int, text: String)] = []
    private(set) var faults: [ExchangeFault] = []

    init(_ bytes: [UInt8]) {
        for (index, slice) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            let line = slice.last == 0x0D ? slice.dropLast() : slice
            guard let text = String(validating: line, as: UTF8.self) else {
                faults.append(ExchangeFault(line: index + 1, "the line is not UTF-8"))
                continue
            }
            if !text.unicodeScalars.allSatisfy({ $0.properties.isWhitespace }) { lines.append((index + 1, text)) }
        }
    }
}

/// Bytes of a file as UTF-8 without a byte order mark; UTF-16 is told by its own.
package enum TextEncoding {
    package static func utf8(_ bytes: [UInt8]) -> [UInt8] {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return Array(bytes.dropFirst(3)) }
        let isBigEndian = bytes.starts(with: [0xFE, 0xFF])
        guard isBigEndian || bytes.starts(with: [0xFF, 0xFE]) else { return bytes }
        var units: [UInt16] = []
        units.reserveCapacity(bytes.count / 2)
        var index = 2
        while index + 1 < bytes.count {
            let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
            units.append(isBigEndian ? first << 8 | second : second << 8 | first)
            index += 2
        }
        return Array(String(decoding: units, as: UTF16.self).utf8)
    }
}

/// UTF-8 in which each half of a surrogate pair was written by itself (CESU-8, Unicode Technical Report 26). Taskwarrior
/// makes such bytes of an escaped 🎉, as most programs write it, and exports them again.
enum CESU8 {
    /// The bytes with whole characters for the pairs.
    static func repaired(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            if let high = half(bytes, at: index, 0xA0), let low = half(bytes, at: index + 3, 0xB0),
                let scalar = Unicode.Scalar(0x10000 + high << 10 + low)
            {
                result += String(Character(scalar)).utf8
                index += 6
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return result
    }

    /// The ten bits of a half whose second byte begins like this.
    private static func half(_ bytes: [UInt8], at index: Int, _ second: UInt8) -> UInt32? {
        guard index + 2 < bytes.count, bytes[index] == 0xED, bytes[index + 1] & 0xF0 == second, bytes[index + 2] & 0xC0 == 0x80
        else { return nil }
        return UInt32(bytes[index + 1] & 0x0F) << 6 | UInt32(bytes[index + 2] & 0x3F)
    }
}
