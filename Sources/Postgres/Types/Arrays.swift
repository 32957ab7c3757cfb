public import FoundationEssentials

/// A value that can be the element of an array. Only one-dimensional arrays are supported.
public protocol PostgresArrayElement: Sendable {
    /// The type of the whole array.
    static var postgresArrayType: PostgresType { get }

    /// Appends the whole array in binary format.
    static func encode(array: [Self], into buffer: inout [UInt8])

    /// Reads a whole array.
    static func decode(array bytes: UnsafeRawBufferPointer, type: PostgresType) throws(PostgresError) -> [Self]
}

extension Array: PostgresEncodable where Element: PostgresArrayElement {
    public static var postgresType: PostgresType { Element.postgresArrayType }

    public func encode(into buffer: inout [UInt8]) { Element.encode(array: self, into: &buffer) }
}

extension Array: PostgresDecodable where Element: PostgresArrayElement {
    public init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(PostgresError) {
        self = try Element.decode(array: bytes, type: type)
    }
}

/// `[UInt8]` is `bytea`, not an array for the server.
extension UInt8: PostgresArrayElement {
    public static var postgresArrayType: PostgresType { .bytea }

    public static func encode(array: [UInt8], into buffer: inout [UInt8]) { buffer.append(contentsOf: array) }

    /// Reads `bytea`, and the text of every type that is sent as text (`jsonb` without its version byte).
    public static func decode(array bytes: UnsafeRawBufferPointer, type: PostgresType) throws(PostgresError) -> [UInt8] {
        type == .bytea ? Array(bytes) : Array(try bytes.textContent(of: type, for: [UInt8].self))
    }
}

extension String: PostgresArrayElement {
    public static var postgresArrayType: PostgresType { .textArray }
}

extension UUID: PostgresArrayElement {
    public static var postgresArrayType: PostgresType { .uuidArray }
}

extension Int: PostgresArrayElement {
    public static var postgresArrayType: PostgresType { .int8Array }
}

extension Bool: PostgresArrayElement {
    public static var postgresArrayType: PostgresType { .boolArray }
}

extension Date: PostgresArrayElement {
    public static var postgresArrayType: PostgresType { .timestamptzArray }
}

extension Double: PostgresArrayElement {
    public static var postgresArrayType: PostgresType { .float8Array }
}

/// An array with NULLs in it.
extension Optional: PostgresArrayElement where Wrapped: PostgresArrayElement & PostgresEncodable & PostgresDecodable {
    public static var postgresArrayType: PostgresType { Wrapped.postgresArrayType }
}

// The binary format: dimensions, a NULL flag, the element type; length and lower bound of each dimension;
// then each element with its length, -1 for NULL. All Int32. Source: `array_send`.
extension PostgresArrayElement where Self: PostgresEncodable & PostgresDecodable {
    public static func encode(array: [Self], into buffer: inout [UInt8]) {
        buffer.append(bigEndian: Int32(array.isEmpty ? 0 : 1))
        buffer.append(bigEndian: Int32(array.contains { $0.isPostgresNull } ? 1 : 0))
        buffer.append(bigEndian: postgresType.rawValue)
        guard !array.isEmpty else { return }
        buffer.append(bigEndian: Int32(clamping: array.count))
        buffer.append(bigEndian: Int32(1))
        for element in array {
            guard !element.isPostgresNull else {
                buffer.append(bigEndian: Int32(-1))
                continue
            }
            let start = buffer.count
            buffer.append(bigEndian: Int32(0))
            element.encode(into: &buffer)
            let length = Int32(clamping: buffer.count - start - 4)
            Swift.withUnsafeBytes(of: length.bigEndian) { buffer.replaceSubrange(start..<start + 4, with: $0) }
        }
    }

    public static func decode(array bytes: UnsafeRawBufferPointer, type: PostgresType) throws(PostgresError) -> [Self] {
        var reader = ArrayReader(bytes)
        let dimensions = try reader.next()
        _ = try reader.next()
        let elementType = PostgresType(rawValue: UInt32(bitPattern: try reader.next()))
        guard dimensions > 0 else { return [] }
        guard dimensions == 1 else { throw .decoding("an array of \(dimensions) dimensions") }
        let count = try reader.next()
        _ = try reader.next()
        var elements: [Self] = []
        // Not more than the bytes can hold, whatever the count says.
        elements.reserveCapacity(min(Int(max(count, 0)), bytes.count / 4))
        for _ in 0..<max(count, 0) {
            elements.append(try Self(postgresCell: try reader.nextElement(), type: elementType))
        }
        return elements
    }
}

/// Walks over an array in binary format and never past its end.
private struct ArrayReader {
    private let bytes: UnsafeRawBufferPointer
    private var offset = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    mutating func next() throws(PostgresError) -> Int32 { try take(4).bigEndian(as: Int32.self) }

    mutating func nextElement() throws(PostgresError) -> UnsafeRawBufferPointer? {
        let length = try next()
        return length < 0 ? nil : try take(Int(length))
    }

    private mutating func take(_ count: Int) throws(PostgresError) -> UnsafeRawBufferPointer {
        guard bytes.count - offset >= count else { throw .decoding("not an array") }
        defer { offset += count }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
    }
}
