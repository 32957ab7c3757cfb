import TodoCore

/// Picks some fields of objects, from their bytes.
struct JSONFields {
    private let names: [String]
    private let places: [String: Int]

    init(_ names: [String]) {
        self.names = names
        places = Dictionary(zip(names, names.indices)) { first, _ in first }
    }

    /// The next value, an object, with the fields in the order in which they were named; `null` for one that isn't there.
    func pick(from reader: inout JSONReader) throws -> [UInt8] {
        var values = [ArraySlice<UInt8>](repeating: Array("null".utf8)[...], count: names.count)
        try reader.beginObject()
        while try reader.nextKey() {
            if let place = places[reader.key] {
                values[place] = try reader.rawValue()
            } else {
                try reader.skipValue()
            }
        }
        var object: [UInt8] = []
        for (name, value) in zip(names, values) {
            object.append(UInt8(ascii: object.isEmpty ? "{" : ","))
            object += "\"\(name)\":".utf8
            object += value
        }
        return object + [UInt8(ascii: "}")]
    }
}

/// The objects of several arrays, as bytes that are safe to print: with commas between them, or each on a line.
struct JSONObjects {
    private let isLines: Bool
    private let fields: JSONFields?
    private var bytes: [UInt8] = []

    init(_ answer: Answer) {
        isLines = answer.form == .lines
        fields = answer.fields.map { JSONFields($0) }
    }

    /// - Parameter array: Well-formed JSON.
    mutating func append(_ array: [UInt8]) throws {
        if !isLines, fields == nil { return appendWhole(array) }
        var reader = try JSONReader(array)
        try reader.beginArray()
        while try reader.nextElement() {
            let object = try fields?.pick(from: &reader) ?? Array(reader.rawValue())
            if !isLines, !bytes.isEmpty { bytes.append(UInt8(ascii: ",")) }
            bytes += Printable.json(object)
            if isLines { bytes.append(0x0A) }
        }
    }

    /// What was gathered, which is forgotten.
    mutating func take() -> [UInt8] {
        defer { bytes = [] }
        return bytes
    }

    /// Without looking at each object.
    private mutating func appendWhole(_ array: [UInt8]) {
        guard let first = array.firstIndex(of: UInt8(ascii: "[")), let last = array.lastIndex(of: UInt8(ascii: "]")) else {
            return
        }
        let elements = array[(first + 1)..<last]
        guard elements.contains(where: { $0 > 0x20 }) else { return }
        if !bytes.isEmpty { bytes.append(UInt8(ascii: ",")) }
        bytes += Printable.json(Array(elements))
    }
}
