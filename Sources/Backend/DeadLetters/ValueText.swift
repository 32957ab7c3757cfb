import FoundationEssentials
import TodoCore

/// A message's bytes for people's eyes.
enum ValueText {
    /// JSON with a line for each member, as it was written: no number and no order changes. Else the text, if it is UTF-8.
    /// Else the bytes.
    static func lines(_ value: [UInt8]) -> String {
        if value.isEmpty { return "(empty)\n" }
        guard let text = String(validating: value, as: UTF8.self) else { return hex(value) }
        guard (try? Wire.decode(JSONValue.self, from: value)) != nil else {
            return text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
                .map { Printable.line(String($0)) + "\n" }.joined()
        }
        return Printable.json(indented(text)) + "\n"
    }

    /// JSON that is known to be valid, with its line breaks and indents anew.
    private static func indented(_ json: String) -> String {
        var result: [UInt8] = []
        var depth = 0
        var (isInString, isEscaped, isAfterOpening) = (false, false, false)
        func newLine() -> [UInt8] { [UInt8(ascii: "\n")] + Array(repeating: UInt8(ascii: " "), count: depth * 2) }
        for byte in json.utf8 {
            if isInString {
                result.append(byte)
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
                continue
            }
            if [0x20, 0x09, 0x0A, 0x0D].contains(byte) { continue }
            let isClosing = byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]")
            if isClosing { depth = max(0, depth - 1) }
            // An empty object or array stays together.
            if isAfterOpening != isClosing { result += newLine() }
            isAfterOpening = false
            result.append(byte)
            switch byte {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                isAfterOpening = true
            case UInt8(ascii: ","): result += newLine()
            case UInt8(ascii: ":"): result.append(UInt8(ascii: " "))
            case UInt8(ascii: "\""): isInString = true
            default: break
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// 16 bytes a line: where they stand, in hexadecimal, and as ASCII.
    private static func hex(_ bytes: [UInt8]) -> String {
        func digits(_ number: Int, _ width: Int) -> String {
            let text = String(number, radix: 16)
            return String(repeating: "0", count: max(0, width - text.count)) + text
        }
        return stride(from: 0, to: bytes.count, by: 16).map { start in
            let line = bytes[start..<min(start + 16, bytes.count)]
            let codes = line.map { digits(Int($0), 2) }.joined(separator: " ")
            let ascii = line.map { (0x20..<0x7F).contains($0) ? Character(Unicode.Scalar($0)) : "." }
            return "\(digits(start, 8))  \(DisplayWidth.padded(codes, to: 47))  \(String(ascii))\n"
        }.joined()
    }
}
