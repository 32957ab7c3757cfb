import FoundationEssentials
import Testing
import TodoCore

struct LocalDateTests {
    @Test func countsEveryDayOfFourCenturies() throws {
        var day = try #require(LocalDate("1900-01-01"))
        var weekday = 1  // It was a Monday.
        for _ in 0..<146_097 {
            #expect(LocalDate(daysSince1970: day.daysSince1970) == day)
            #expect(day.weekday == weekday)
            let next = try #require(day.adding(days: 1))
            #expect(next > day)
            day = next
            weekday = (weekday + 1) % 7
        }
        #expect(day.description == "2300-01-01")
    }

    @Test(arguments: [
        "2026-02-29", "2026-13-01", "2026-00-10", "2026-01-00", "2026-1-01", "0000-01-01", "2026-01-01 ", "２０２６-01-01", "",
    ])
    func refuses(_ text: String) {
        #expect(LocalDate(text) == nil)
    }

    @Test func knowsLeapYears() {
        #expect(LocalDate("2024-02-29") != nil)
        #expect(LocalDate("2000-02-29") != nil)
        #expect(LocalDate("1900-02-29") == nil)
    }
}

struct TimestampTests {
    @Test(arguments: [
        ("2026-11-22T00:00:00Z", 1_795_305_600.0), ("2026-11-22T01:30:00+01:30", 1_795_305_600.0),
        ("2026-11-21t19:00:00.5-05:00", 1_795_305_600.5), ("1969-12-31T23:59:59.999Z", -0.001),
    ])
    func reads(_ text: String, _ seconds: Double) throws {
        let date = try #require(Timestamp.date(text))
        #expect(abs(date.timeIntervalSince1970 - seconds) < 1e-6)
    }

    @Test(arguments: [
        "2026-11-22", "2026-11-22T00:00:00", "2026-11-22T24:00:00Z", "2026-11-22T00:00Z", "2026-11-22T00:00:00.Z",
        "2026-11-22T00:00:00+1", "2026-02-30T00:00:00Z", "2026-11-22T00:00:00Zx", "2026-11-22 00:00:00Z",
    ])
    func refuses(_ text: String) {
        #expect(Timestamp.date(text) == nil)
    }

    @Test func keepsMicroseconds() throws {
        for microseconds: Int64 in [0, 1, 999_999, 1_795_305_600_123_456, -1, -62_135_596_800_000_000] {
            let text = Timestamp.text(microsecondsSince1970: microseconds)
            let date = try #require(Timestamp.date(text))
            #expect(Timestamp.text(date) == text)
        }
        #expect(Timestamp.text(microsecondsSince1970: 1_795_305_600_123_456) == "2026-11-22T00:00:00.123456Z")
        #expect(Timestamp.text(microsecondsSince1970: -1) == "1969-12-31T23:59:59.999999Z")
    }
}
