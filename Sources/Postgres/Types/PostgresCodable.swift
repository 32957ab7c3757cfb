/// A value that can be a bind parameter.
public protocol PostgresEncodable: Sendable {
    /// The type that the server is told.
    static var postgresType: PostgresType { get }

    /// Whether the value is NULL; then `encode(into:)` is not called.
    var isPostgresNull: Bool { get }

    /// Appends the value in the type's binary format (network byte order).
    func encode(into buffer: inout [UInt8])
}

extension PostgresEncodable {
    public var isPostgresNull: Bool { false }
}

/// A value that can be read from a column.
public protocol PostgresDecodable {
    /// Reads a value that is not NULL from the binary format of `type`.
    ///
    /// - Throws: `.decoding`; use `PostgresError.decoding(_:)` or `.unexpectedType(_:for:)`.
    init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(PostgresError)

    /// Reads a value that is nil when NULL. Only `Optional` has its own.
    init(postgresCell bytes: UnsafeRawBufferPointer?, type: PostgresType) throws(PostgresError)
}

extension PostgresDecodable {
    @inlinable
    public init(postgresCell bytes: UnsafeRawBufferPointer?, type: PostgresType) throws(PostgresError) {
        guard let bytes else { throw .decoding("NULL where \(Self.self) is wanted; read it as \(Self.self)?") }
        try self.init(postgres: bytes, type: type)
    }
}

extension Optional: PostgresEncodable where Wrapped: PostgresEncodable {
    public static var postgresType: PostgresType { Wrapped.postgresType }

    public var isPostgresNull: Bool { self?.isPostgresNull ?? true }

    public func encode(into buffer: inout [UInt8]) { self?.encode(into: &buffer) }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
    @inlinable
    public init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(PostgresError) {
        self = .some(try Wrapped(postgres: bytes, type: type))
    }

    @inlinable
    public init(postgresCell bytes: UnsafeRawBufferPointer?, type: PostgresType) throws(PostgresError) {
        guard let bytes else {
            self = .none
            return
        }
        self = .some(try Wrapped(postgres: bytes, type: type))
    }
}

extension UnsafeRawBufferPointer {
    /// The bytes as one integer in network byte order; they must be exactly as many as it has.
    @inlinable
    public func bigEndian<T: FixedWidthInteger & BitwiseCopyable>(as type: T.Type) throws(PostgresError) -> T {
        guard count == MemoryLayout<T>.size else { throw .decoding("\(count) bytes where \(T.self) has \(MemoryLayout<T>.size)") }
        return T(bigEndian: loadUnaligned(as: T.self))
    }
}

extension [UInt8] {
    /// Appends the integer's bytes in network byte order.
    @inlinable
    public mutating func append<T: FixedWidthInteger>(bigEndian value: T) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }
}
