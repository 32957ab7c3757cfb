import FoundationEssentials
public import Postgres
public import TodoCore

/// PostgreSQL counts days from 2000-01-01.
private let daysFrom1970To2000 = 10_957

extension LocalDate: PostgresEncodable, PostgresDecodable {
    public static var postgresType: PostgresType { .date }

    public func encode(into bytes: inout [UInt8]) {
        withUnsafeBytes(of: Int32(daysSince1970 - daysFrom1970To2000).bigEndian) { bytes.append(contentsOf: $0) }
    }

    public init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(PostgresError) {
        guard type == .date, let date = LocalDate(postgresBytes: bytes) else {
            throw .decoding("not a date between the years 1 and 9999")
        }
        self = date
    }

    /// Nil for NULL, and outside of years 1 to 9999.
    init?(postgresBytes bytes: UnsafeRawBufferPointer?) {
        guard let bytes, bytes.count == 4 else { return nil }
        self.init(daysSince1970: Int(Int32(bigEndian: bytes.loadUnaligned(as: Int32.self))) + daysFrom1970To2000)
    }
}

extension LocalDate: PostgresArrayElement {
    public static var postgresArrayType: PostgresType { .dateArray }
}
