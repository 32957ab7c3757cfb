import FoundationEssentials
import HTTPTypes
import Synchronization

extension HTTPField.Name {
    static let requestID = HTTPField.Name("X-Request-Id")!
    static let totalCount = HTTPField.Name("X-Total-Count")!
    static let link = HTTPField.Name("Link")!
}

/// The id of a request in logs, events and answers.
enum RequestID {
    private static let seed = UInt64.random(in: .min ... .max)
    private static let count = Atomic<UInt64>(0)

    /// A UUIDv7 in lower case, its 12 bits after the version a fraction of the millisecond. It is unique, but not hard to
    /// guess: random bits of the system would cost a call of the kernel for each request.
    static func make() -> String {
        let time = max(0, Date().timeIntervalSince1970 * 1000)
        let milliseconds = UInt64(time)
        let fraction = UInt64((time - Double(milliseconds)) * 4096)
        let high = milliseconds << 16 | 0x7000 | min(fraction, 4095)
        let low = mixed(seed &+ count.wrappingAdd(1, ordering: .relaxed).newValue &* 0x9E37_79B9_7F4A_7C15)
        let variant: UInt64 = 0x8000_0000_0000_0000
        return text(high, low >> 2 | variant)
    }

    /// The end of SplitMix64: what goes in differs by one, what comes out by half of its bits, and never is the same.
    private static func mixed(_ value: UInt64) -> UInt64 {
        var value = value
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }

    private static func text(_ high: UInt64, _ low: UInt64) -> String {
        String(unsafeUninitializedCapacity: 36) { buffer in
            var index = 0
            for digit in 0..<32 {
                if digit == 8 || digit == 12 || digit == 16 || digit == 20 {
                    buffer[index] = UInt8(ascii: "-")
                    index += 1
                }
                let half = UInt8(truncatingIfNeeded: (digit < 16 ? high : low) >> UInt64(60 - digit % 16 * 4)) & 0xF
                buffer[index] = half < 10 ? UInt8(ascii: "0") + half : UInt8(ascii: "a") - 10 + half
                index += 1
            }
            return index
        }
    }
}
