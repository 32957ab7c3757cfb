extension Bool: PostgresEncodable, PostgresDecodable {
    public static var postgresType: PostgresType { .bool }

    public func encode(into buffer: inout [UInt8]) { buffer.append(self ? 1 : 0) }

    public init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(PostgresError) {
        guard type == .bool else { throw .unexpectedType(type, for: Bool.self) }
        self = try bytes.bigEndian(as: UInt8.self) != 0
    }
}

extension Int16: PostgresEncodable, PostgresDecodable {
    public static var postgresType: PostgresType { .int2 }

    public func encode(into buffer: inout [UInt8]) { buffer.append(bigEndian: self) }

    public init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(PostgresError) {
        guard type == .int2 else { throw .unexpectedType(type, for: Int16.self) }
        self = try bytes.bigEndian(as: Int16.self)
    }
}

extension Int32: PostgresEncodable, PostgresDecodable {
    public static var postgresType: PostgresType { .int4 }

    public func encode(into buffer: inout [UInt8]) { buffer.append(bigEndian: self) }

    public init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(PostgresError) {
        switch type {
        case .int4: self = try bytes.bigEndian(as: Int32.self)
        case .int2: self = Int32(try bytes.bigEndian(as: Int16.self))
        default: throw .unexpectedType(type, for: Int32.self)
        }
    }
}

extension Int64: PostgresEncodable, PostgresDecodable {
    public static var postgresType: PostgresType { .int8 }

    public func encode(into buffer: inout [UInt8]) { buffer.append(bigEndian: self) }

    /// Reads `int2`, `int4`, `int8`, `oid` and, below 2^63, `xid8`.
    public init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(PostgresError) {
        switch type {
        case .int8: self = try bytes.bigEndian(as: Int64.self)
        case .int4: self = Int64(try bytes.bigEndian(as: Int32.self))
        case .int2: self = Int64(try bytes.bigEndian(as: Int16.self))
        case .oid: self = Int64(try bytes.bigEndian(as: UInt32.self))
        case .xid8:
            guard let value = Int64(exactly: try bytes.bigEndian(as: UInt64.self)) else {
                throw .decoding("a transaction id beyond 2^63")
            }
            self = value
        default: throw .unexpectedType(type, for: Int64.self)
        }
    }
}

extension Int: PostgresEncodable, PostgresDecodable {
    public static var postgresType: PostgresType { .int8 }

    public func encode(into buffer: inout [UInt8]) { buffer.append(bigEndian: Int64(self)) }

    public init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(PostgresError) {
        self = Int(try Int64(postgres: bytes, type: type))
    }
}

extension Double: PostgresEncodable, PostgresDecodable {
    public static var postgresType: PostgresType { .float8 }

    public func encode(into buffer: inout [UInt8]) { buffer.append(bigEndian: bitPattern) }

    /// Reads `float8` and `float4`; a `numeric` needs a cast in the SQL.
    public init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(PostgresError) {
        switch type {
        case .float8: self = Double(bitPattern: try bytes.bigEndian(as: UInt64.self))
        case .float4: self = Double(Float(bitPattern: try bytes.bigEndian(as: UInt32.self)))
        default: throw .unexpectedType(type, for: Double.self)
        }
    }
}

/// A transaction id (`xid8`): as a parameter, for which no cast from a number exists.
public struct PostgresTransactionID: RawRepresentable, Hashable, Comparable, Sendable, PostgresEncodable, PostgresDecodable {
    public let rawValue: Int64

    public init(rawValue: Int64) { self.rawValue = rawValue }

    public static var postgresType: PostgresType { .xid8 }

    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }

    public func encode(into buffer: inout [UInt8]) { buffer.append(bigEndian: rawValue) }

    public init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(PostgresError) {
        guard type == .xid8 else { throw .unexpectedType(type, for: Self.self) }
        rawValue = try Int64(postgres: bytes, type: type)
    }
}
