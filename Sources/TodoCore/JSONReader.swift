/// Reads JSON value by value, for the answers that are large: 10,000 tasks take it a seventh of the time
/// that `JSONDecoder` needs.
///
/// The caller asks for what has to come next. Strict as RFC 8259 wants it: the whole document is UTF-8 without a mark at its
/// beginning, nothing follows it, surrogates come in pairs, and nothing is nested deeper than ``maximumDepth``. Whatever the
/// bytes are, a ``Fault`` is the worst that happens.
public struct JSONReader: ~Copyable {
    /// Arrays and objects inside each other; the limit of `JSONDecoder`, too.
    public static let maximumDepth = 512

    /// Why bytes are not the JSON that was asked for.
    public struct Fault: Error, Sendable, Hashable {
        public enum Reason: Sendable, Hashable {
            /// Not JSON at all, or not in UTF-8.
            case syntax
            case tooDeep
            /// Another kind of value than was asked for.
            case wrongType
            /// A number that doesn't fit, a text that is no date…
            case wrongValue
            /// The object ends without this field.
            case missing(String)
        }

        public var reason: Reason
        /// Bytes before the place.
        public var offset: Int
    }

    let bytes: [UInt8]
    /// What comes next.
    var position = 0
    private var depth = 0
    /// Whether nothing has been read of the array or object that was begun last.
    private var isFirst = false
    private var keyRange = 0..<0
    /// The key where it was written with escapes.
    private var escapedKey: [UInt8]?

    /// - Throws: `syntax` for what is not UTF-8.
    public init(_ bytes: [UInt8]) throws(Fault) {
        do {
            _ = try UTF8Span(validating: bytes.span)
        } catch { throw Fault(reason: .syntax, offset: error.byteOffsets.lowerBound) }
        self.bytes = bytes
    }

    /// Has to be called at the end: that nothing but white space is left.
    public mutating func finish() throws(Fault) {
        if next() != nil { throw fault(.syntax) }
    }

    // MARK: Arrays and objects

    /// Goes into an array; then each element is read after ``nextElement()`` has said that there is one.
    public mutating func beginArray() throws(Fault) { try begin(UInt8(ascii: "[")) }

    /// Whether there is another element; false ends the array.
    public mutating func nextElement() throws(Fault) -> Bool { try advance(to: UInt8(ascii: "]")) }

    /// Goes into an object; then each value is read after ``nextKey()`` has said that there is one.
    public mutating func beginObject() throws(Fault) { try begin(UInt8(ascii: "{")) }

    /// Whether there is another field; false ends the object. What the field is called ``isKey(_:)`` tells.
    public mutating func nextKey() throws(Fault) -> Bool {
        guard try advance(to: UInt8(ascii: "}")) else { return false }
        // Not what a caller could have asked for otherwise: it is a fault of the document.
        guard next() == JSONReader.quote else { throw fault(.syntax) }
        let (range, hasEscapes) = try scanString()
        keyRange = range
        escapedKey = hasEscapes ? try unescaped(range) : nil
        guard next() == UInt8(ascii: ":") else { throw fault(.syntax) }
        position += 1
        return true
    }

    /// Whether the field that ``nextKey()`` came to has this name.
    @inline(__always)
    public func isKey(_ name: StaticString) -> Bool {
        if escapedKey != nil { return key == name.description }
        guard name.utf8CodeUnitCount == keyRange.count else { return false }
        for index in 0..<keyRange.count where bytes[keyRange.lowerBound + index] != name.utf8Start[index] { return false }
        return true
    }

    /// The name of the field that ``nextKey()`` came to.
    public var key: String { String(decoding: escapedKey ?? Array(bytes[keyRange]), as: UTF8.self) }

    // MARK: Values

    /// Takes a `null`; false, and nothing taken, where something else comes.
    public mutating func null() throws(Fault) -> Bool {
        guard next() == UInt8(ascii: "n") else { return false }
        try word("null")
        return true
    }

    public mutating func bool() throws(Fault) -> Bool {
        switch next() {
        case UInt8(ascii: "t"): try word("true")
        case UInt8(ascii: "f"):
            try word("false")
            return false
        case let byte: throw fault(byte == nil ? .syntax : .wrongType)
        }
        return true
    }

    public mutating func string() throws(Fault) -> String {
        let (range, hasEscapes) = try stringRange()
        return String(decoding: hasEscapes ? try unescaped(range)[...] : bytes[range], as: UTF8.self)
    }

    /// The place of the next value, which must be a string, between its quotes.
    mutating func stringRange() throws(Fault) -> (range: Range<Int>, hasEscapes: Bool) {
        guard let byte = next() else { throw fault(.syntax) }
        guard byte == JSONReader.quote else { throw fault(.wrongType) }
        return try scanString()
    }

    // MARK: Steps

    static var quote: UInt8 { UInt8(ascii: "\"") }
    static var backslash: UInt8 { UInt8(ascii: "\\") }

    func fault(_ reason: Fault.Reason) -> Fault { Fault(reason: reason, offset: position) }

    /// The next byte that is no white space, which stays; nil at the end.
    @inline(__always)
    mutating func next() -> UInt8? {
        while position < bytes.count {
            let byte = bytes[position]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
            position += 1
        }
        return nil
    }

    mutating func word(_ word: StaticString) throws(Fault) {
        for index in 0..<word.utf8CodeUnitCount {
            guard position < bytes.count, bytes[position] == word.utf8Start[index] else { throw fault(.syntax) }
            position += 1
        }
    }

    private mutating func begin(_ bracket: UInt8) throws(Fault) {
        guard let byte = next() else { throw fault(.syntax) }
        guard byte == bracket else { throw fault(.wrongType) }
        guard depth < JSONReader.maximumDepth else { throw fault(.tooDeep) }
        depth += 1
        position += 1
        isFirst = true
    }

    /// Takes the comma before another element or the bracket that ends them.
    @inline(__always)
    private mutating func advance(to bracket: UInt8) throws(Fault) -> Bool {
        guard let byte = next() else { throw fault(.syntax) }
        if byte == bracket {
            depth -= 1
            position += 1
            isFirst = false
            return false
        }
        if isFirst {
            isFirst = false
        } else {
            guard byte == UInt8(ascii: ",") else { throw fault(.syntax) }
            position += 1
            guard let byte = next(), byte != bracket else { throw fault(.syntax) }
        }
        return true
    }
}
