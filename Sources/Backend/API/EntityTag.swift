/// Entity tags of files (RFC 9110, 8.8.3), made from their content: copies of one file share them wherever they are served.
enum EntityTag {
    /// A strong tag, quoted. FNV-1a of 64 bits: enough to tell versions of a file from each other.
    static func of(_ bytes: some Sequence<UInt8>) -> String {
        let hash: UInt64 = bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
        return "\"\(String(hash, radix: 16))\""
    }

    /// Whether `If-None-Match` names the tag: `*`, or a list of tags. Compared weakly, as it has to be: a proxy that
    /// compresses makes a strong tag a weak one.
    static func isNamed(_ tag: String, by lists: [String]) -> Bool {
        lists.flatMap { $0.split(separator: ",") }.contains { item in
            let named = item.drop { $0 == " " }.prefix { $0 != " " }
            return named == "*" || named == tag || named.hasPrefix("W/") && named.dropFirst(2) == tag
        }
    }
}
