extension JSONReader {
    /// A whole number, however it is written: `3`, `3.0` and `30e-1` are the same.
    /// - Throws: `wrongValue` where it is not whole, or no `Int` holds it.
    public mutating func integer() throws(Fault) -> Int {
        let (range, isWhole) = try scanNumber()
        guard isWhole else {
            guard let value = Int(exactly: try double(range)) else { throw Fault(reason: .wrongValue, offset: range.lowerBound) }
            return value
        }
        // Gathered below zero, where there is one number more.
        var value = 0
        let isNegative = bytes[range.lowerBound] == UInt8(ascii: "-")
        for byte in bytes[(isNegative ? range.lowerBound + 1 : range.lowerBound)..<range.upperBound] {
            let (tens, isTooMuch) = value.multipliedReportingOverflow(by: 10)
            let (sum, isStillTooMuch) = tens.subtractingReportingOverflow(Int(byte - 0x30))
            if isTooMuch || isStillTooMuch { throw Fault(reason: .wrongValue, offset: range.lowerBound) }
            value = sum
        }
        if isNegative { return value }
        guard value > .min else { throw Fault(reason: .wrongValue, offset: range.lowerBound) }
        return -value
    }

    /// Any number.
    /// - Throws: `wrongValue` where it is too large for a `Double`.
    public mutating func double() throws(Fault) -> Double { try double(scanNumber().range) }

    private func double(_ range: Range<Int>) throws(Fault) -> Double {
        guard let value = Double(String(decoding: bytes[range], as: UTF8.self)), value.isFinite else {
            throw Fault(reason: .wrongValue, offset: range.lowerBound)
        }
        return value
    }

    /// Takes a number.
    ///
    /// - Returns: Its place, and whether it has neither a fraction nor an exponent.
    mutating func scanNumber() throws(Fault) -> (range: Range<Int>, isWhole: Bool) {
        guard let first = next() else { throw fault(.syntax) }
        guard first == UInt8(ascii: "-") || isDigit(first) else { throw fault(.wrongType) }
        let start = position
        if first == UInt8(ascii: "-") { position += 1 }
        if peek() == UInt8(ascii: "0") {
            position += 1
            // A zero stands alone: 01 is no number.
            if let byte = peek(), isDigit(byte) { throw fault(.syntax) }
        } else {
            try digits()
        }
        var isWhole = true
        if peek() == UInt8(ascii: ".") {
            isWhole = false
            position += 1
            try digits()
        }
        if let exponent = peek(), exponent | 0x20 == UInt8(ascii: "e") {
            isWhole = false
            position += 1
            if let sign = peek(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { position += 1 }
            try digits()
        }
        return (start..<position, isWhole)
    }

    /// The next byte, white space or not; nil at the end.
    @inline(__always)
    private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

    /// Takes one digit or more.
    @inline(__always)
    private mutating func digits() throws(Fault) {
        guard let first = peek(), isDigit(first) else { throw fault(.syntax) }
        while let byte = peek(), isDigit(byte) { position += 1 }
    }
}

@inline(__always)
func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
