extension JSONReader {
    /// Takes a string whose opening quote is next.
    ///
    /// - Returns: The place between the quotes, and whether there are escapes in it.
    @inline(__always)
    mutating func scanString() throws(Fault) -> (range: Range<Int>, hasEscapes: Bool) {
        position += 1
        let start = position
        var hasEscapes = false
        while position < bytes.count {
            let byte = bytes[position]
            if byte == JSONReader.quote {
                position += 1
                return (start..<position - 1, hasEscapes)
            }
            if byte == JSONReader.backslash {
                hasEscapes = true
                position += 1
                try skipEscape()
            } else if byte < 0x20 {
                throw fault(.syntax)
            } else {
                position += 1
            }
        }
        throw fault(.syntax)
    }

    /// Takes what follows a backslash.
    private mutating func skipEscape() throws(Fault) {
        guard position < bytes.count else { throw fault(.syntax) }
        switch bytes[position] {
        case JSONReader.quote, JSONReader.backslash, UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"),
            UInt8(ascii: "r"),
            UInt8(ascii: "t"):
            position += 1
        case UInt8(ascii: "u"):
            guard let first = codeUnit(at: position + 1), !UTF16.isTrailSurrogate(first) else { throw fault(.syntax) }
            position += 5
            guard UTF16.isLeadSurrogate(first) else { return }
            // Half of a pair alone can't be written in UTF-8.
            guard position + 1 < bytes.count, bytes[position] == JSONReader.backslash, bytes[position + 1] == UInt8(ascii: "u"),
                let second = codeUnit(at: position + 2), UTF16.isTrailSurrogate(second)
            else { throw fault(.syntax) }
            position += 6
        default: throw fault(.syntax)
        }
    }

    /// The four hexadecimal digits there.
    private func codeUnit(at start: Int) -> UInt16? {
        guard start + 4 <= bytes.count else { return nil }
        var value: UInt16 = 0
        for byte in bytes[start..<start + 4] {
            guard let digit = hexValue(byte) else { return nil }
            value = value << 4 | UInt16(digit)
        }
        return value
    }

    /// What the string means, in UTF-8. Its place comes from ``scanString()``, so its escapes are good.
    func unescaped(_ range: Range<Int>) throws(Fault) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(range.count)
        var index = range.lowerBound
        while index < range.upperBound {
            guard bytes[index] == JSONReader.backslash else {
                result.append(bytes[index])
                index += 1
                continue
            }
            index += 2
            switch bytes[index - 1] {
            case UInt8(ascii: "b"): result.append(0x08)
            case UInt8(ascii: "f"): result.append(0x0C)
            case UInt8(ascii: "n"): result.append(0x0A)
            case UInt8(ascii: "r"): result.append(0x0D)
            case UInt8(ascii: "t"): result.append(0x09)
            case UInt8(ascii: "u"):
                guard let scalar = scalar(at: index) else { throw Fault(reason: .syntax, offset: index) }
                result.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
                index += scalar.value > 0xFFFF ? 10 : 4
            case let byte: result.append(byte)
            }
        }
        return result
    }

    /// The character whose digits begin there, of a pair of surrogates where the first is one.
    private func scalar(at start: Int) -> Unicode.Scalar? {
        guard let first = codeUnit(at: start) else { return nil }
        guard UTF16.isLeadSurrogate(first) else { return Unicode.Scalar(first) }
        guard let second = codeUnit(at: start + 6) else { return nil }
        return Unicode.Scalar(0x10000 + (UInt32(first) & 0x3FF) << 10 + UInt32(second) & 0x3FF)
    }
}

/// The value of a hexadecimal digit in either case.
@inline(__always)
func hexValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x37
    case 0x61...0x66: byte - 0x57
    default: nil
    }
}
