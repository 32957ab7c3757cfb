/// How a text goes into a part of a message: in lines that end with CRLF, all ASCII.
enum BodyEncoding {
    /// The name for `Content-Transfer-Encoding`, and the bytes.
    static func encode(_ text: String) -> (name: String, bytes: [UInt8]) {
        let lines = lines(of: text)
        return lines.allSatisfy(isSafe) ? ("7bit", join(lines)) : ("quoted-printable", join(lines.map(quotedPrintable)))
    }

    /// Lines without their ends, which may be LF, CRLF or CR.
    private static func lines(of text: String) -> [[UInt8]] {
        var lines: [[UInt8]] = [[]]
        var lastWasReturn = false
        for byte in text.utf8 {
            if byte == 0x0D || (byte == 0x0A && !lastWasReturn) {
                lines.append([])
            } else if byte != 0x0A {
                lines[lines.count - 1].append(byte)
            }
            lastWasReturn = byte == 0x0D
        }
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }

    private static func join(_ lines: [[UInt8]]) -> [UInt8] {
        var bytes: [UInt8] = []
        for line in lines {
            bytes += line
            bytes += [0x0D, 0x0A]
        }
        return bytes
    }

    /// Short printable ASCII that no server on the way has a reason to change (a space at the end is one, and a changed
    /// body breaks a DKIM signature), and that can't look like our boundary.
    private static func isSafe(_ line: [UInt8]) -> Bool {
        line.count <= 76 && line.last != 0x20 && line.allSatisfy { (0x20...0x7E).contains($0) } && !startsOddly(line)
            && !line.starts(with: [0x2D, 0x2D, 0x3D])
    }

    /// A dot, or "From ": what SMTP and mailbox files double or escape.
    private static func startsOddly(_ line: [UInt8]) -> Bool {
        line.first == 0x2E || line.starts(with: "From ".utf8)
    }

    /// One line by RFC 2045, 6.7: at most 76 characters, soft breaks in between, never inside an escape.
    private static func quotedPrintable(_ line: [UInt8]) -> [UInt8] {
        var result: [UInt8] = [], column = 0
        for (index, byte) in line.enumerated() {
            let isLast = index == line.count - 1
            let isPrintable = (0x21...0x7E).contains(byte) && byte != 0x3D
            let isSpace = (byte == 0x20 || byte == 0x09) && !isLast
            var isEscaped = !(isPrintable || isSpace) || (index == 0 && startsOddly(line))
            if column + (isEscaped ? 3 : 1) > (isLast ? 76 : 75) {
                result += [0x3D, 0x0D, 0x0A]
                column = 0
            }
            // A soft break may have put a dot in front.
            isEscaped = isEscaped || (column == 0 && byte == 0x2E)
            result += isEscaped ? [0x3D, hex(byte >> 4), hex(byte & 15)] : [byte]
            column += isEscaped ? 3 : 1
        }
        return result
    }

    private static func hex(_ nibble: UInt8) -> UInt8 { nibble < 10 ? 0x30 + nibble : 0x37 + nibble }
}
