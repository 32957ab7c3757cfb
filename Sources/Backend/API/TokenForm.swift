import FoundationEssentials
import TodoCore

/// What a token must look like before its signature is worth a check.
///
/// The library takes what RFC 7515 forbids: base64 with padding or the other alphabet, and the unused bits at the end of the
/// signature. With these, one token could be written in many ways.
enum TokenForm {
    /// A SHA-256 code has 43 characters, the last of which ends in two bits that are 0.
    private static let signatureLength = 43
    private static let lastCharacters = Set("AEIMQUYcgkosw048".utf8)

    static func isGood(_ token: String) -> Bool {
        let parts = token.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, parts.allSatisfy({ $0.allSatisfy(isBase64URL) }), parts[2].count == signatureLength,
            let last = parts[2].last, lastCharacters.contains(last), let header = header(parts[0])
        else { return false }
        // The header must name the one algorithm that we use, and nothing that we would have to understand (`crit`, `kid`, `jwk`).
        return header["alg"] == .string("HS256") && header.keys.allSatisfy { ["alg", "typ"].contains($0) }
    }

    private static func header(_ part: Substring.UTF8View) -> [String: JSONValue]? {
        let base64 = part.map { $0 == UInt8(ascii: "-") ? UInt8(ascii: "+") : $0 == UInt8(ascii: "_") ? UInt8(ascii: "/") : $0 }
        let padding = [UInt8](repeating: UInt8(ascii: "="), count: (4 - base64.count % 4) % 4)
        guard let bytes = Data(base64Encoded: Data(base64 + padding)) else { return nil }
        return try? Wire.decode([String: JSONValue].self, from: bytes)
    }

    private static func isBase64URL(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
