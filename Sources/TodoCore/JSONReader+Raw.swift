extension JSONReader {
    /// Takes the next value, whatever it is, checks that it is well-formed, and gives its bytes as they stand there.
    public mutating func rawValue() throws(Fault) -> ArraySlice<UInt8> {
        _ = next()
        let start = position
        try skipValue()
        return bytes[start..<position]
    }
}
