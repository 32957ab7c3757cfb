import FoundationEssentials
import TodoCore

extension Printable {
    /// JSON on one line, its keys in order, safe to look at.
    static func json(_ value: some Encodable) throws -> String {
        let encoder = Wire.encoder()
        encoder.outputFormatting.insert(.sortedKeys)
        return json(String(decoding: try encoder.encode(value), as: UTF8.self))
    }
}
