import Digest
import FoundationEssentials
import Testing
import TodoCore

@Suite struct DigestIDTests {
    /// RFC 9562, appendix A.4.
    @Test func versionFiveOfTheStandard() throws {
        let dns = try #require(UUID(uuidString: "6ba7b810-9dad-11d1-80b4-00c04fd430c8"))
        #expect(DigestID.v5("www.example.com", in: dns).lowercase == "2ed6657d-e927-568b-95e1-2665a8aea6a2")
    }

    /// The value is on disk in every installation (`processed_events`): it must stay as it is.
    @Test func neverChanges() throws {
        let user = try #require(UUID(uuidString: "019aa000-0000-7000-8000-000000000001"))
        let day = try #require(LocalDate("2026-11-21"))
        #expect(DigestID.of(user: user, date: day).lowercase == "16023f95-8f96-5010-be11-d1a19927efc2")
        #expect(DigestID.of(user: user, date: day) == DigestID.of(user: user, date: day))
        #expect(DigestID.of(user: user, date: day) != DigestID.of(user: .v7(), date: day))
    }

    @Test(arguments: ["2026-11-20T10:00:00Z", "2026-11-21T00:00:00Z", "2026-11-21T23:59:59Z", "2026-11-22T13:00:00Z"])
    func tellsItsDay(instant: String) throws {
        let user = UUID.v7(), day = try #require(LocalDate("2026-11-21")), instant = try #require(Timestamp.date(instant))
        #expect(DigestID.date(of: DigestID.of(user: user, date: day), user: user, near: instant) == day)
        #expect(DigestID.date(of: .v7(), user: user, near: instant) == nil)
        #expect(DigestID.date(of: DigestID.of(user: .v7(), date: day), user: user, near: instant) == nil)
    }

    @Test func instantsBeyondTheCalendarHaveNoDay() {
        #expect(DigestID.date(of: .v7(), user: .v7(), near: Date(timeIntervalSince1970: 1e300)) == nil)
        #expect(DigestID.date(of: .v7(), user: .v7(), near: Date(timeIntervalSince1970: -1e18)) == nil)
        #expect(DigestID.utcDay(of: Date(timeIntervalSince1970: -1)) == LocalDate("1969-12-31"))
    }
}
