public import FoundationEssentials

extension Date: PostgresEncodable, PostgresDecodable {
    public static var postgresType: PostgresType { .timestamptz }

    /// Rounds to the microsecond. What no `timestamptz` can hold (before 4713 BC, after AD 294276, NaN) the server refuses.
    public func encode(into buffer: inout [UInt8]) {
        buffer.append(bigEndian: microsecondsSince2000 ?? impossibleTime)
    }

    /// Nil where it does not fit. Whole seconds apart from the rest: in one product the last digits would get lost.
    private var microsecondsSince2000: Int64? {
        let whole = timeIntervalSinceReferenceDate.rounded(.down)
        guard let seconds = Int64(exactly: whole) else { return nil }
        let rest = Int64(((timeIntervalSinceReferenceDate - whole) * 1_000_000).rounded())
        let (shifted, shiftOverflow) = seconds.addingReportingOverflow(Int64(yearFrom2000To2001))
        let (product, productOverflow) = shifted.multipliedReportingOverflow(by: 1_000_000)
        let (sum, sumOverflow) = product.addingReportingOverflow(rest)
        return shiftOverflow || productOverflow || sumOverflow ? nil : sum
    }

    /// Reads `timestamptz`. `infinity` is no `Date` and is refused.
    public init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(PostgresError) {
        guard type == .timestamptz else { throw .unexpectedType(type, for: Date.self) }
        let microseconds = try bytes.bigEndian(as: Int64.self)
        guard microseconds != .max, microseconds != .min else { throw .decoding("infinity is not a Date") }
        let (seconds, rest) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        self.init(timeIntervalSinceReferenceDate: Double(seconds) - yearFrom2000To2001 + Double(rest) / 1_000_000)
    }
}

/// A number that the server refuses (Int64.max itself would be `infinity`).
private let impossibleTime = Int64.max - 1

/// PostgreSQL counts from 2000-01-01, Foundation from 2001-01-01: 366 days.
private let yearFrom2000To2001 = 31_622_400.0

extension UUID: PostgresEncodable, PostgresDecodable {
    public static var postgresType: PostgresType { .uuid }

    public func encode(into buffer: inout [UInt8]) { withUnsafeBytes(of: uuid) { buffer.append(contentsOf: $0) } }

    public init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(PostgresError) {
        guard type == .uuid else { throw .unexpectedType(type, for: UUID.self) }
        guard bytes.count == 16 else { throw .decoding("a uuid of \(bytes.count) bytes") }
        self.init(uuid: bytes.loadUnaligned(as: uuid_t.self))
    }
}
