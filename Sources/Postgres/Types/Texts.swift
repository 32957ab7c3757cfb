extension String: PostgresEncodable, PostgresDecodable {
    public static var postgresType: PostgresType { .text }

    public func encode(into buffer: inout [UInt8]) { buffer.append(contentsOf: utf8) }

    /// Reads every type whose binary format is text: `text`, `varchar`, `name`, `json`, `jsonb`, enums, `citext`.
    public init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(PostgresError) {
        let content = try bytes.textContent(of: type, for: String.self)
        do {
            // Three times as fast as `String(validating:as:)`, which is generic.
            self = String(copying: try UTF8Span(validating: content.assumingMemoryBound(to: UInt8.self).span))
        } catch {
            throw .decoding("\(type) is not UTF-8 text; cast it to text in the SQL")
        }
    }
}

/// JSON text as a `jsonb` parameter. The server checks that it is JSON.
public struct PostgresJSON: Sendable, Hashable, PostgresEncodable, PostgresDecodable {
    /// The JSON text in UTF-8.
    public let bytes: [UInt8]

    public init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

    public static var postgresType: PostgresType { .jsonb }

    public func encode(into buffer: inout [UInt8]) {
        buffer.append(jsonbVersion)
        buffer.append(contentsOf: bytes)
    }

    /// Reads `jsonb` and `json`.
    public init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(PostgresError) {
        guard type == .jsonb || type == .json else { throw .unexpectedType(type, for: PostgresJSON.self) }
        self.bytes = Array(try bytes.textContent(of: type, for: PostgresJSON.self))
    }
}

/// The first byte of a `jsonb` in binary format; the rest is JSON text. Source: `jsonb_send`.
private let jsonbVersion: UInt8 = 1

extension UnsafeRawBufferPointer {
    /// The text within a value of a type that is sent as text.
    func textContent(of type: PostgresType, for reader: Any.Type) throws(PostgresError) -> UnsafeRawBufferPointer {
        switch type {
        case .text, .varchar, .name, .json, .bpchar, .char, .unknown: return self
        case .jsonb:
            guard first == jsonbVersion else { throw .decoding("jsonb in an unknown format") }
            return UnsafeRawBufferPointer(rebasing: dropFirst())
        case _ where type.isUserDefined: return self
        default: throw .unexpectedType(type, for: reader)
        }
    }
}
