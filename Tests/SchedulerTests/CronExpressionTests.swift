import Scheduler
import Testing
import TodoCore

@Suite struct CronExpressionTests {
    /// Expression, a time, the last slot at or before it, the next one after it.
    @Test(
        arguments: [
            ("0 0 * * *", "2026-11-21 00:00", "2026-11-21 00:00", "2026-11-22 00:00"),
            ("0 0 * * *", "2026-11-21 23:59", "2026-11-21 00:00", "2026-11-22 00:00"),
            ("30 7 * * *", "2026-11-21 07:29", "2026-11-20 07:30", "2026-11-21 07:30"),
            ("*/15 * * * *", "2026-12-31 23:46", "2026-12-31 23:45", "2027-01-01 00:00"),
            ("5/20 8-10 * * *", "2026-11-21 09:24", "2026-11-21 09:05", "2026-11-21 09:25"),
            ("10-40/10,55 * * * *", "2026-11-21 09:41", "2026-11-21 09:40", "2026-11-21 09:55"),
            ("0 12,18 * * *", "2026-11-21 12:00", "2026-11-21 12:00", "2026-11-21 18:00"),
            ("0 0 1 JAN *", "2026-11-21 00:00", "2026-01-01 00:00", "2027-01-01 00:00"),
            ("0 9 * * mon-fri", "2026-11-21 10:00", "2026-11-20 09:00", "2026-11-23 09:00"),
            ("0 9 * * 7", "2026-11-21 10:00", "2026-11-15 09:00", "2026-11-22 09:00"),
            ("0 9 * * 5-7", "2026-11-22 10:00", "2026-11-22 09:00", "2026-11-27 09:00"),
            ("0 0 29 2 *", "2026-11-21 00:00", "2024-02-29 00:00", "2028-02-29 00:00"),
            ("0 0 29 2 *", "2100-03-01 00:00", "2096-02-29 00:00", "2104-02-29 00:00"),
            ("0 0 31 * *", "2026-11-21 00:00", "2026-10-31 00:00", "2026-12-31 00:00"),
            // Both days restricted: the 13th, and every Friday. With a star in front: only both together.
            ("0 0 13 * FRI", "2026-11-14 00:00", "2026-11-13 00:00", "2026-11-20 00:00"),
            ("0 0 13 * FRI", "2026-10-12 00:00", "2026-10-09 00:00", "2026-10-13 00:00"),
            ("0 0 13 * */5", "2026-11-14 00:00", "2026-11-13 00:00", "2026-12-13 00:00"),
            ("0 0 29 2 */7", "2100-02-28 00:00", "2088-02-29 00:00", "2128-02-29 00:00"),
        ] as [(String, String, String, String)])
    func slots(expression: String, time: String, last: String, next: String) throws {
        let cron = try CronExpression(expression), time = try #require(LocalDateTime(time))
        #expect(cron.lastSlot(atOrBefore: time)?.description == last)
        #expect(cron.nextSlot(after: time)?.description == next)
    }

    @Test func aDayThatNeverComes() throws {
        let cron = try CronExpression("0 0 30 2 *"), time = try #require(LocalDateTime("2026-11-21 00:00"))
        #expect(cron.lastSlot(atOrBefore: time) == nil)
        #expect(cron.nextSlot(after: time) == nil)
    }

    @Test func theCalendarEnds() throws {
        let daily = try CronExpression("0 12 * * *")
        #expect(daily.nextSlot(after: try #require(LocalDateTime("9999-12-31 12:00"))) == nil)
        #expect(daily.lastSlot(atOrBefore: try #require(LocalDateTime("0001-01-01 11:59"))) == nil)
    }

    /// Every minute of a leap year, against the plain reading of each expression.
    @Test(arguments: ["0 0 * * *", "7-52/15 */6 * * *", "30 2 1,15 * *", "0 5 * 2,3 *", "59 23 29 * SUN"])
    func aLeapYear(expression: String) throws {
        let cron = try CronExpression(expression)
        var slots: [LocalDateTime] = []
        var time = try #require(LocalDateTime("2027-12-31 23:59")), end = try #require(LocalDateTime("2028-12-31 23:59"))
        while let slot = cron.nextSlot(after: time), slot <= end {
            slots.append(slot)
            time = slot
        }
        var expected: [LocalDateTime] = []
        for day in 0..<366 {
            let date = try #require(LocalDate(year: 2028, month: 1, day: 1)?.adding(days: day))
            for minuteOfDay in 0..<1440 where plainlyMatches(expression, date, minuteOfDay / 60, minuteOfDay % 60) {
                expected.append(try #require(LocalDateTime(date: date, hour: minuteOfDay / 60, minute: minuteOfDay % 60)))
            }
        }
        #expect(slots == expected)
        var backwards: [LocalDateTime] = []
        while let slot = cron.lastSlot(atOrBefore: end), slot.date.year == 2028 {
            backwards.append(slot)
            guard
                let previous = slot.minuteOfDay > 0
                    ? LocalDateTime(date: slot.date, hour: (slot.minuteOfDay - 1) / 60, minute: (slot.minuteOfDay - 1) % 60)
                    : slot.date.adding(days: -1).flatMap({ LocalDateTime(date: $0, hour: 23, minute: 59) })
            else { break }
            end = previous
        }
        #expect(backwards == expected.reversed())
    }

    private func plainlyMatches(_ expression: String, _ date: LocalDate, _ hour: Int, _ minute: Int) -> Bool {
        switch expression {
        case "0 0 * * *": hour == 0 && minute == 0
        case "7-52/15 */6 * * *": hour % 6 == 0 && [7, 22, 37, 52].contains(minute)
        case "30 2 1,15 * *": hour == 2 && minute == 30 && [1, 15].contains(date.day)
        case "0 5 * 2,3 *": hour == 5 && minute == 0 && [2, 3].contains(date.month)
        default: hour == 23 && minute == 59 && (date.day == 29 || date.weekday == 0)
        }
    }

    @Test(
        arguments: [
            ("", "5 fields"), ("0 0 * *", "has 4"), ("0 0 * * * *", "has 6"),
            ("60 0 * * *", "field minute is wrong: 60 is not in 0–59"),
            ("0 24 * * *", "field hour is wrong: 24 is not in 0–23"), ("0 0 0 * *", "field day of month"),
            ("0 0 32 * *", "field day of month"),
            ("0 0 * 13 *", "field month"), ("0 0 * FOO *", "field month is wrong: \"FOO\" is not a value"),
            ("0 0 * * 8", "field day of week"),
            ("0 0 * * MON-", "field day of week is wrong: a value is missing"),
            ("5-1 0 * * *", "field minute is wrong: the range \"5-1\" runs backwards"),
            ("*/0 0 * * *", "field minute is wrong: the step"), ("1/2/3 * * * *", "more than one /"),
            ("1,,2 * * * *", "a value is missing"),
            ("1-2-3 * * * *", "is not a range"), ("+5 * * * *", "is not a value"), ("-5 * * * *", "a value is missing"),
            ("٣ * * * *", "is not a value"),
            ("99999999999999999999 * * * *", "is not a value"), ("* * * * JAN", "field day of week"),
            ("*-5 * * * *", "is not a value"),
            ("*/x * * * *", "the step \"x\""), ("a/ * * * *", "is not a value"),
        ] as [(String, String)])
    func refuses(expression: String, words: String) {
        let error = #expect(throws: CronError.self) { try CronExpression(expression) }
        #expect(error?.description.contains(words) == true, "\(String(describing: error))")
    }

    @Test func localDateTimes() {
        #expect(LocalDateTime("2026-11-21 07:05:59")?.description == "2026-11-21 07:05")
        for wrong in ["", "2026-11-21", "2026-11-21 24:00", "2026-11-21 7:05", "2026-02-30 00:00", "2026-11-21 +1:00"] {
            #expect(LocalDateTime(wrong) == nil, "\(wrong)")
        }
    }
}
