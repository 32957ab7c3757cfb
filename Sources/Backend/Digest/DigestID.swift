import Crypto
public import FoundationEssentials
public import TodoCore

/// The id of the event that asks for a user's digest of a day: always the same for the same user and day, so that whoever
/// asks twice asks for one mail.
public enum DigestID {
    /// The namespace of the ids. It must never change: ids of before and after would not be the same.
    static let namespace = UUID(
        uuid: (0x6D, 0x1F, 0x0E, 0x52, 0x9A, 0x7C, 0x4B, 0x3E, 0x8F, 0x25, 0xC4, 0x0D, 0x71, 0xB8, 0x63, 0xEA))

    /// The id for this user and this day in the user's time zone.
    public static func of(user: UUID, date: LocalDate) -> UUID {
        v5("\(user.lowercase) \(date)", in: namespace)
    }

    /// The day that `id` was made for, if it was made by ``of(user:date:)`` for this user and a day that is
    /// somewhere on earth at `instant` or was the day before.
    public static func date(of id: UUID, user: UUID, near instant: Date) -> LocalDate? {
        let today = utcDay(of: instant)
        return [0, 1, -1, -2].lazy.compactMap { today?.adding(days: $0) }.first { of(user: user, date: $0) == id }
    }

    /// The day at that instant in UTC; nil outside years 1 to 9999.
    public static func utcDay(of instant: Date) -> LocalDate? {
        let days = (instant.timeIntervalSince1970 / 86_400).rounded(.down)
        return abs(days) < 4_000_000 ? LocalDate(daysSince1970: Int(days)) : nil
    }

    /// A name-based id: version 5 of RFC 9562, section 5.5. SHA-1 is what it prescribes, and nothing secret hangs on it.
    package static func v5(_ name: String, in namespace: UUID) -> UUID {
        var hash = Insecure.SHA1()
        withUnsafeBytes(of: namespace.uuid) { hash.update(bufferPointer: $0) }
        hash.update(data: Array(name.utf8))
        var b = Array(hash.finalize())
        b[6] = b[6] & 0x0F | 0x50
        b[8] = b[8] & 0x3F | 0x80
        return UUID(
            uuid: (b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]))
    }
}
