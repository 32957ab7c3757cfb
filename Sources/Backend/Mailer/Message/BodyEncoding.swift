/// How a text goes into a part of a message: in lines that end with CRLF, all ASCII.
///
/// In one buffer from end to end: a mail is mostly this.
enum BodyEncoding {
    private typealias Bytes = UnsafeBufferPointer<UInt8>

    /// The name for `Content-Transfer-Encoding`, and the bytes.
    static func encode(_ text: String) -> (name: String, bytes: [UInt8]) {
        var text = text
        return text.withUTF8 { text in
            let lines = lines(of: text)
            let areSafe = lines.allSatisfy { isSafe(Bytes(rebasing: text[$0])) }
            var bytes: [UInt8] = []
            bytes.reserveCapacity(text.count + text.count / 8 + 2 * lines.count)
            for line in lines {
                let line = Bytes(rebasing: text[line])
                if areSafe { bytes.append(contentsOf: line) } else { appendQuotedPrintable(line, to: &bytes) }
                bytes.append(0x0D)
                bytes.append(0x0A)
            }
            return (areSafe ? "7bit" : "quoted-printable", bytes)
        }
    }

    /// Where the lines are, without their ends, which may be LF, CRLF or CR.
    private static func lines(of text: Bytes) -> [Range<Int>] {
        var lines: [Range<Int>] = []
        var start = 0
        for (index, byte) in text.enumerated() where byte == 0x0D || byte == 0x0A {
            // The second half of a CRLF ends nothing.
            if byte == 0x0D || index == 0 || text[index - 1] != 0x0D { lines.append(start..<index) }
            start = index + 1
        }
        if start < text.count { lines.append(start..<text.count) }
        return lines
    }

    /// Short printable ASCII that no server on the way has a reason to change (a space at the end is one, and a changed
    /// body breaks a DKIM signature), and that can't look like our boundary.
    private static func isSafe(_ line: Bytes) -> Bool {
        line.count <= 76 && line.last != 0x20 && line.allSatisfy { (0x20...0x7E).contains($0) } && !startsOddly(line)
            && !line.starts(with: [0x2D, 0x2D, 0x3D])
    }

    /// A dot, or "From ": what SMTP and mailbox files double or escape.
    private static func startsOddly(_ line: Bytes) -> Bool {
        line.first == 0x2E || line.starts(with: "From ".utf8)
    }

    /// One line by RFC 2045, 6.7: at most 76 characters, soft breaks in between, never inside an escape.
    private static func appendQuotedPrintable(_ line: Bytes, to result: inout [UInt8]) {
        var column = 0
        let last = line.count - 1, startsOddly = startsOddly(line)
        for (index, byte) in line.enumerated() {
            let isPrintable = (0x21...0x7E).contains(byte) && byte != 0x3D
            let isSpace = (byte == 0x20 || byte == 0x09) && index != last
            var isEscaped = !(isPrintable || isSpace) || (index == 0 && startsOddly)
            if column + (isEscaped ? 3 : 1) > (index == last ? 76 : 75) {
                result.append(0x3D)
                result.append(0x0D)
                result.append(0x0A)
                column = 0
            }
            // A soft break may have put a dot in front.
            isEscaped = isEscaped || (column == 0 && byte == 0x2E)
            if isEscaped {
                result.append(0x3D)
                result.append(hex(byte >> 4))
                result.append(hex(byte & 15))
            } else {
                result.append(byte)
            }
            column += isEscaped ? 3 : 1
        }
    }

    private static func hex(_ nibble: UInt8) -> UInt8 { nibble < 10 ? 0x30 + nibble : 0x37 + nibble }
}
