extension JSONReader {
    /// Checks that these bytes are one well-formed JSON array and nothing else.
    public static func checkArray(_ bytes: [UInt8]) throws(Fault) {
        var reader = try JSONReader(bytes)
        guard reader.next() == UInt8(ascii: "[") else { throw reader.fault(reader.next() == nil ? .syntax : .wrongType) }
        try reader.skipValue()
        try reader.finish()
    }

    /// Takes the next value, whatever it is, and checks that it is well-formed.
    public mutating func skipValue() throws(Fault) {
        /// Whether each array or object that is open is an object. No recursion: a document can't choose the stack's size.
        var open: [Bool] = []
        while true {
            switch next() {
            case UInt8(ascii: "["):
                try beginArray()
                open.append(false)
            case UInt8(ascii: "{"):
                try beginObject()
                open.append(true)
            case JSONReader.quote: _ = try scanString()
            case UInt8(ascii: "t"): try word("true")
            case UInt8(ascii: "f"): try word("false")
            case UInt8(ascii: "n"): try word("null")
            case let byte? where byte == UInt8(ascii: "-") || isDigit(byte): _ = try scanNumber()
            default: throw fault(.syntax)
            }
            // To the next value of whatever is open, through all that ends here.
            while let isObject = open.last {
                if try isObject ? nextKey() : nextElement() { break }
                open.removeLast()
            }
            if open.isEmpty { return }
        }
    }
}
