extension JSONValue {
    /// Reads the next value, whatever it is. Of a field that is there twice the last counts.
    public init(reading reader: inout JSONReader) throws(JSONReader.Fault) {
        switch reader.next() {
        case nil: throw reader.fault(.syntax)
        case UInt8(ascii: "n"):
            guard try reader.null() else { throw reader.fault(.syntax) }
            self = .null
        case UInt8(ascii: "t"), UInt8(ascii: "f"): self = .bool(try reader.bool())
        case JSONReader.quote: self = .string(try reader.string())
        case UInt8(ascii: "["):
            var elements: [JSONValue] = []
            try reader.beginArray()
            while try reader.nextElement() { elements.append(try JSONValue(reading: &reader)) }
            self = .array(elements)
        case UInt8(ascii: "{"):
            var fields: [String: JSONValue] = [:]
            try reader.beginObject()
            while try reader.nextKey() {
                let key = reader.key
                fields[key] = try JSONValue(reading: &reader)
            }
            self = .object(fields)
        case let byte? where byte == UInt8(ascii: "-") || isDigit(byte): self = try reader.number()
        default: throw reader.fault(.syntax)
        }
    }

    /// Reads a whole document.
    public init(json: [UInt8]) throws(JSONReader.Fault) {
        var reader = try JSONReader(json)
        self = try JSONValue(reading: &reader)
        try reader.finish()
    }
}

extension JSONReader {
    /// As an integer wherever that is the same number.
    fileprivate mutating func number() throws(Fault) -> JSONValue {
        let start = position
        do throws(Fault) {
            return .integer(try integer())
        } catch  where error.reason == .wrongValue {
            position = start
            return .number(try double())
        }
    }
}
