package import FoundationEssentials

/// Ids that come out the same each time, so that a repeated import makes nothing twice.
///
/// 128 bits of FNV-1a (Fowler, Noll, Vo; parameters of draft-eastlake-fnv) in a UUID of version 8 (RFC 9562, for such uses).
/// It guards against chance, not against somebody who looks for collisions, who would spoil only the own import. The
/// account is in it, for ids are unique on the whole server: two people may import the same file.
package enum ContentID {
    /// - Parameters:
    ///   - name: What tells things apart.
    ///   - occurrence: 0 for the first with this name, then 1, 2….
    package static func id(account: UUID, name: String, occurrence: Int) -> UUID {
        var hash: UInt128 = 0x6C62_272E_07BB_0142_62B8_2175_6295_C58D
        func mix(_ byte: UInt8) { hash = (hash ^ UInt128(byte)) &* 0x0000_0000_0100_0000_0000_0000_0000_013B }
        withUnsafeBytes(of: account.uuid) { for byte in $0 { mix(byte) } }
        for byte in name.utf8 { mix(byte) }
        mix(0)
        for byte in String(occurrence).utf8 { mix(byte) }
        var bytes = (0..<16).map { UInt8(truncatingIfNeeded: hash >> (120 - 8 * UInt128($0))) }
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        return UUID(
            uuid: (
                bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7], bytes[8], bytes[9], bytes[10],
                bytes[11], bytes[12], bytes[13], bytes[14], bytes[15]
            ))
    }
}
