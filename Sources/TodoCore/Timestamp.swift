public import FoundationEssentials

/// Instants as the API writes them: RFC 3339 in UTC with microseconds, `2026-11-22T00:00:00.000000Z`.
/// PostgreSQL keeps microseconds too, so a value read from the database survives the round trip.
public enum Timestamp {
    /// The instant in UTC. Instants outside years 1 to 9999 are held at the ends of that range.
    public static func text(_ date: Date) -> String {
        let microseconds = (date.timeIntervalSince1970 * 1_000_000).rounded()
        return text(microsecondsSince1970: Int64(min(max(microseconds, -62_135_596_800e6), 253_402_300_799e6)))
    }

    public static func text(microsecondsSince1970 microseconds: Int64) -> String {
        var writer = JSONWriter(capacity: 27)
        writer.timestampText(microsecondsSince1970: microseconds)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// Reads RFC 3339, with `Z` or an offset, with or without a fraction of up to nine digits; nil for anything else.
    public static func date(_ text: some StringProtocol) -> Date? {
        var bytes = Array(text.utf8)[...]
        guard bytes.count >= 20, let day = LocalDate(text.prefix(10)) else { return nil }
        bytes = bytes.dropFirst(10)
        guard let separator = bytes.popFirst(), separator | 0x20 == UInt8(ascii: "t") else { return nil }
        guard let hour = number(&bytes), bytes.popFirst() == UInt8(ascii: ":"),
            let minute = number(&bytes), bytes.popFirst() == UInt8(ascii: ":"),
            let second = number(&bytes), hour < 24, minute < 60, second < 61
        else { return nil }
        var fraction = 0.0
        if bytes.first == UInt8(ascii: ".") {
            bytes = bytes.dropFirst()
            let digits = bytes.prefix { (0x30...0x39).contains($0) }
            guard (1...9).contains(digits.count) else { return nil }
            var scale = 0.1
            for digit in digits {
                fraction += Double(digit - 0x30) * scale
                scale /= 10
            }
            bytes = bytes.dropFirst(digits.count)
        }
        var offset = 0
        switch bytes.popFirst() {
        case UInt8(ascii: "Z"), UInt8(ascii: "z"): break
        case let sign? where sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"):
            guard let hours = number(&bytes), bytes.popFirst() == UInt8(ascii: ":"),
                let minutes = number(&bytes), hours < 24, minutes < 60
            else { return nil }
            offset = (hours * 3600 + minutes * 60) * (sign == UInt8(ascii: "+") ? 1 : -1)
        default: return nil
        }
        guard bytes.isEmpty else { return nil }
        let seconds = day.daysSince1970 * 86_400 + hour * 3600 + minute * 60 + second - offset
        return Date(timeIntervalSince1970: Double(seconds) + fraction)
    }

    /// Two digits.
    private static func number(_ bytes: inout ArraySlice<UInt8>) -> Int? {
        guard let tens = bytes.popFirst(), let ones = bytes.popFirst(), (0x30...0x39).contains(tens), (0x30...0x39).contains(ones)
        else { return nil }
        return Int(tens - 0x30) * 10 + Int(ones - 0x30)
    }
}

func floorDivide(_ value: Int, _ divisor: Int) -> (quotient: Int, remainder: Int) {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
}
