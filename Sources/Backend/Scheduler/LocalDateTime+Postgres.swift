public import Postgres
import TodoCore

/// PostgreSQL counts from 2000-01-01.
private let daysFrom1970To2000 = 10_957
private let microsecondsPerMinute: Int64 = 60_000_000

/// `timestamp` without time zone, in microseconds; what is below the minute is cut off.
extension LocalDateTime: PostgresEncodable, PostgresDecodable, PostgresArrayElement {
    public static var postgresType: PostgresType { .timestamp }
    /// `timestamp[]`, by `pg_type.dat`.
    public static var postgresArrayType: PostgresType { PostgresType(rawValue: 1115) }

    public func encode(into buffer: inout [UInt8]) {
        let minutes = Int64(date.daysSince1970 - daysFrom1970To2000) * 1440 + Int64(minuteOfDay)
        buffer.append(bigEndian: minutes * microsecondsPerMinute)
    }

    public init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(PostgresError) {
        guard type == .timestamp else { throw .unexpectedType(type, for: LocalDateTime.self) }
        let microseconds = try bytes.bigEndian(as: Int64.self)
        let minutes = Int((Double(microseconds) / Double(microsecondsPerMinute)).rounded(.down))
        let minuteOfDay = (minutes % 1440 + 1440) % 1440
        guard let date = LocalDate(daysSince1970: (minutes - minuteOfDay) / 1440 + daysFrom1970To2000) else {
            throw .decoding("not a time between the years 1 and 9999")
        }
        self.init(date: date, minuteOfDay: minuteOfDay)
    }
}
