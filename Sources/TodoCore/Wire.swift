public import FoundationEssentials

/// JSON as the API speaks it: instants by ``Timestamp``, keys in snake case by each type's own coding keys.
public enum Wire {
    public static func encode(_ value: some Encodable) throws -> [UInt8] {
        Array(try encoder().encode(value))
    }

    public static func decode<T: Decodable>(_ type: T.Type, from bytes: some Sequence<UInt8>) throws -> T {
        try decoder().decode(type, from: Data(bytes))
    }

    public static func encoder() -> JSONEncoder {
        let encoder = JSONEncoder()
        // Sorted, or the order would be another each time.
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(Timestamp.text(date))
        }
        return encoder
    }

    public static func decoder() -> JSONDecoder {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom { decoder in
            let container = try decoder.singleValueContainer()
            let text = try container.decode(String.self)
            guard let date = Timestamp.date(text) else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an RFC 3339 time: \(text)")
            }
            return date
        }
        return decoder
    }
}

extension UUID {
    /// As the API writes ids: lower case, as PostgreSQL does.
    public var lowercase: String { uuidString.lowercased() }
}
