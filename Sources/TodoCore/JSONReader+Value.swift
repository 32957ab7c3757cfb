public import FoundationEssentials

extension JSONReader {
    /// A UUID in the form with dashes, in either case.
    public mutating func uuid() throws(Fault) -> UUID {
        let (range, hasEscapes) = try stringRange()
        if range.count == 36, !hasEscapes, let id = uuid(at: range.lowerBound) { return id }
        let text = String(decoding: hasEscapes ? try unescaped(range)[...] : bytes[range], as: UTF8.self)
        guard let id = UUID(uuidString: text) else { throw Fault(reason: .wrongValue, offset: range.lowerBound) }
        return id
    }

    /// An instant as ``Timestamp`` reads it.
    public mutating func timestamp() throws(Fault) -> Date {
        let (range, hasEscapes) = try stringRange()
        if range.count == 27, !hasEscapes, let date = timestamp(at: range.lowerBound) { return date }
        let text = String(decoding: hasEscapes ? try unescaped(range)[...] : bytes[range], as: UTF8.self)
        guard let date = Timestamp.date(text) else { throw Fault(reason: .wrongValue, offset: range.lowerBound) }
        return date
    }

    /// A day as ``LocalDate`` reads it.
    public mutating func date() throws(Fault) -> LocalDate {
        let (range, hasEscapes) = try stringRange()
        if range.count == 10, !hasEscapes, let date = date(at: range.lowerBound) { return date }
        let text = String(decoding: hasEscapes ? try unescaped(range)[...] : bytes[range], as: UTF8.self)
        guard let date = LocalDate(text) else { throw Fault(reason: .wrongValue, offset: range.lowerBound) }
        return date
    }

    /// Of 36 bytes; nil where they are not the usual form.
    private func uuid(at start: Int) -> UUID? {
        var high: UInt64 = 0, low: UInt64 = 0
        for index in 0..<36 {
            let byte = bytes[start + index]
            if index == 8 || index == 13 || index == 18 || index == 23 {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard let digit = hexValue(byte) else { return nil }
            if index < 18 { high = high << 4 | UInt64(digit) } else { low = low << 4 | UInt64(digit) }
        }
        return withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
    }

    /// Of 27 bytes, the form that the API writes; nil for another.
    private func timestamp(at start: Int) -> Date? {
        guard let day = date(at: start), bytes[start + 10] == UInt8(ascii: "T"), bytes[start + 13] == UInt8(ascii: ":"),
            bytes[start + 16] == UInt8(ascii: ":"), bytes[start + 19] == UInt8(ascii: "."),
            bytes[start + 26] == UInt8(ascii: "Z"),
            let hour = number(start + 11, 2), let minute = number(start + 14, 2), let second = number(start + 17, 2),
            number(start + 20, 6) != nil, hour < 24, minute < 60, second < 61
        else { return nil }
        // Digit by digit as Timestamp does it, so that not even the last bit differs.
        var fraction = 0.0, scale = 0.1
        for index in start + 20..<start + 26 {
            fraction += Double(bytes[index] - 0x30) * scale
            scale /= 10
        }
        let seconds = day.daysSince1970 * 86_400 + hour * 3600 + minute * 60 + second
        return Date(timeIntervalSince1970: Double(seconds) + fraction)
    }

    /// Of 10 bytes.
    private func date(at start: Int) -> LocalDate? {
        guard bytes[start + 4] == UInt8(ascii: "-"), bytes[start + 7] == UInt8(ascii: "-"), let year = number(start, 4),
            let month = number(start + 5, 2), let day = number(start + 8, 2)
        else { return nil }
        return LocalDate(year: year, month: month, day: day)
    }

    /// So many digits.
    @inline(__always)
    private func number(_ start: Int, _ count: Int) -> Int? {
        var value = 0
        for index in start..<start + count {
            guard isDigit(bytes[index]) else { return nil }
            value = value * 10 + Int(bytes[index] - 0x30)
        }
        return value
    }
}
