public import FoundationEssentials

/// Writes JSON bytes one after the other, for the answers that are asked for all the time: a list of 50 tasks takes it
/// a tenth of what `JSONEncoder` needs. The caller writes the structure; what is a value is escaped here.
public struct JSONWriter: ~Copyable {
    private var start: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    /// How many bytes were written.
    public private(set) var count = 0

    public init(capacity: Int = 512) {
        self.capacity = max(capacity, 64)
        start = .allocate(capacity: self.capacity)
    }

    deinit { start.deallocate() }

    /// What was written so far, in UTF-8.
    public var bytes: [UInt8] { Array(UnsafeBufferPointer(start: start, count: count)) }

    /// Calls `body` with what was written so far, without copying it.
    public func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try body(UnsafeRawBufferPointer(start: start, count: count))
    }

    /// Makes room for so many bytes more.
    @inline(__always)
    private mutating func reserve(_ more: Int) {
        if count + more > capacity { grow(more) }
    }

    @inline(never)
    private mutating func grow(_ more: Int) {
        capacity = max(capacity * 2, count + more)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        larger.update(from: start, count: count)
        start.deallocate()
        start = larger
    }

    /// After `reserve`.
    @inline(__always)
    private mutating func put(_ byte: UInt8) {
        start[count] = byte
        count += 1
    }

    @inline(__always)
    private mutating func put(_ more: UnsafeRawBufferPointer) {
        guard let address = more.baseAddress else { return }
        reserve(more.count)
        UnsafeMutableRawPointer(start + count).copyMemory(from: address, byteCount: more.count)
        count += more.count
    }

    /// JSON that needs no escaping, such as `{"id":`.
    @inline(__always)
    public mutating func raw(_ json: StaticString) {
        put(UnsafeRawBufferPointer(start: json.utf8Start, count: json.utf8CodeUnitCount))
    }

    /// JSON that was written elsewhere.
    public mutating func raw(_ json: UnsafeRawBufferPointer) { put(json) }

    /// JSON that was written elsewhere.
    public mutating func raw(_ json: [UInt8]) { json.withUnsafeBytes { put($0) } }

    public mutating func null() { raw("null") }

    public mutating func bool(_ value: Bool) { value ? raw("true") : raw("false") }

    public mutating func integer(_ value: Int) {
        reserve(20)
        if value < 0 { put(UInt8(ascii: "-")) }
        var rest = value.magnitude
        var width = 1
        while rest >= 10 {
            rest /= 10
            width += 1
        }
        digits(value.magnitude, width)
    }

    public mutating func string(_ text: String) {
        var text = text
        text.withUTF8 { string(utf8: UnsafeRawBufferPointer($0)) }
    }

    /// A string, from UTF-8 that is known to be valid.
    public mutating func string(utf8: UnsafeRawBufferPointer) {
        // Room for the usual case, in which nothing is escaped.
        reserve(utf8.count + 2)
        put(quote)
        var done = 0
        for index in 0..<utf8.count {
            let byte = utf8[index]
            guard byte < 0x20 || byte == quote || byte == backslash else { continue }
            put(UnsafeRawBufferPointer(rebasing: utf8[done..<index]))
            escape(byte)
            done = index + 1
        }
        put(UnsafeRawBufferPointer(rebasing: utf8[done...]))
        reserve(1)
        put(quote)
    }

    /// A UUID from its 16 bytes, in lower case.
    public mutating func uuid(_ id: UnsafeRawBufferPointer) {
        reserve(2 + id.count * 2 + 4)
        put(quote)
        for index in 0..<id.count {
            if index == 4 || index == 6 || index == 8 || index == 10 { put(UInt8(ascii: "-")) }
            put(hexDigit(id[index] >> 4))
            put(hexDigit(id[index] & 0xF))
        }
        put(quote)
    }

    public mutating func uuid(_ id: UUID) { withUnsafeBytes(of: id.uuid) { uuid($0) } }

    /// An instant as ``Timestamp`` writes it.
    public mutating func timestamp(microsecondsSince1970 microseconds: Int64) {
        reserve(1)
        put(quote)
        timestampText(microsecondsSince1970: microseconds)
        put(quote)
    }

    public mutating func date(_ date: LocalDate) {
        reserve(1)
        put(quote)
        dateText(date)
        put(quote)
    }

    mutating func timestampText(microsecondsSince1970 microseconds: Int64) {
        let (seconds, fraction) = floorDivide(Int(microseconds), 1_000_000)
        let (days, second) = floorDivide(seconds, 86_400)
        if let date = LocalDate(daysSince1970: days) { dateText(date) } else { raw("9999-12-31") }
        reserve(18)
        put(UInt8(ascii: "T"))
        digits(UInt(second / 3600), 2)
        put(UInt8(ascii: ":"))
        digits(UInt(second / 60 % 60), 2)
        put(UInt8(ascii: ":"))
        digits(UInt(second % 60), 2)
        put(UInt8(ascii: "."))
        digits(UInt(fraction), 6)
        put(UInt8(ascii: "Z"))
    }

    mutating func dateText(_ date: LocalDate) {
        reserve(11)
        digits(UInt(date.year), 4)
        put(UInt8(ascii: "-"))
        digits(UInt(date.month), 2)
        put(UInt8(ascii: "-"))
        digits(UInt(date.day), 2)
    }

    /// The last `width` digits, after `reserve`.
    @inline(__always)
    private mutating func digits(_ number: UInt, _ width: Int) {
        var rest = number
        var index = count + width
        while index > count {
            index -= 1
            start[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        count += width
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case quote: raw(#"\""#)
        case backslash: raw(#"\\"#)
        case UInt8(ascii: "\n"): raw(#"\n"#)
        case UInt8(ascii: "\r"): raw(#"\r"#)
        case UInt8(ascii: "\t"): raw(#"\t"#)
        default:
            raw(#"\u00"#)
            reserve(2)
            put(hexDigit(byte >> 4))
            put(hexDigit(byte & 0xF))
        }
    }
}

private let quote = UInt8(ascii: "\"")
private let backslash = UInt8(ascii: "\\")

@inline(__always)
private func hexDigit(_ value: UInt8) -> UInt8 { value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") - 10 + value }
