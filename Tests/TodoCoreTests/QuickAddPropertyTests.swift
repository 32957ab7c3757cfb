import Testing
import TodoCore

/// Numbers that are the same in each run (SplitMix64, Steele, Lea and Flood 2014).
private struct Chance: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func some<Value>(_ values: [Value]) -> Value? {
        Bool.random(using: &self) ? nil : values.randomElement(using: &self)
    }
}

struct QuickAddPropertyTests {
    /// What the grammar is made of, and what could confuse it.
    private static let scraps = [
        "due:", "Due:", "p:", "@", "+", "!", "!!", "\\", "fri", "next-", "in-", "-", "3", "99999", "days", "d", ".", "24.12.",
        "2026-12-24", "feb-29", "high", "home", "work", "é", "e\u{301}", "\u{301}", "家", "🎉", "👩\u{200D}💻", "\u{200F}", "שלום",
        ",",
        String(repeating: "x", count: 60), "\0", "\u{10FFFF}",
    ]
    private static let spaces = [" ", "  ", "\t", "\n", "\r\n", "\u{A0}", "\u{3000}", "\u{2028}", "\u{85}"]
    private static let days = ["0001-01-01", "1896-03-01", "2026-11-21", "2028-02-29", "9999-12-25", "9999-12-31"]
        .compactMap { LocalDate($0) }

    @Test func readsAnyTextAndSaysWhereThePiecesStand() throws {
        var chance = Chance(state: 1)
        let scraps = QuickAddPropertyTests.scraps + QuickAddPropertyTests.spaces
        for round in 0..<20_000 {
            var text = ""
            for _ in 0..<Int.random(in: 0...12, using: &chance) {
                if Int.random(in: 0..<20, using: &chance) == 0,
                    let any = Unicode.Scalar(UInt32.random(in: 0...0x10FFFF, using: &chance))
                {
                    text.unicodeScalars.append(any)
                } else {
                    text += scraps.randomElement(using: &chance) ?? ""
                }
            }
            let today = try #require(QuickAddPropertyTests.days.randomElement(using: &chance))
            let read = QuickAdd(text, today: today, lists: round % 2 == 0 ? nil : ["HOME"])
            let bytes = Array(text.utf8), units = Array(text.utf16)
            let places = read.understood.map { ($0.text, $0.utf8, $0.utf16) } + read.faults.map { ($0.text, $0.utf8, $0.utf16) }
            for (word, utf8, utf16) in places {
                #expect(Array(bytes[utf8]) == Array(word.utf8) && Array(units[utf16]) == Array(word.utf16))
            }
            #expect(read.tags.isEmpty || (try? Limits.tags(read.tags)) == read.tags)
            #expect(read.list.map { ListKey($0)?.text == $0 } ?? true)
            #expect(!read.title.unicodeScalars.contains { $0 == "\t" || $0 == "\n" || $0 == "\u{2028}" })
            #expect(read.summary.isEmpty == read.understood.isEmpty)
        }
    }

    @Test func readsBackWhatItWrites() throws {
        var chance = Chance(state: 2)
        for _ in 0..<20_000 {
            let gap = [" ", "\u{A0}", "\u{3000}"].randomElement(using: &chance) ?? " "
            let words = (0..<Int.random(in: 0...4, using: &chance)).map { _ in
                (0...Int.random(in: 0...2, using: &chance)).compactMap { _ in
                    QuickAddPropertyTests.scraps.randomElement(using: &chance)
                }.joined()
            }
            let draft = TaskDraft(
                title: words.joined(separator: gap), list: chance.some(["HOME", "INBOX", "A1"]),
                dueOn: chance.some(QuickAddPropertyTests.days), priority: chance.some([0, 1, 2, 3]),
                tags: chance.some([["work"], ["é", "a/b", "-"], ["🎉", "#", "2"]]))
            let text = try #require(QuickAdd.text(for: draft), "\(draft)")
            // The line means the same on every day.
            let today = try #require(QuickAddPropertyTests.days.randomElement(using: &chance))
            let read = QuickAdd(text, today: today)
            #expect(read.faults.isEmpty && read.draft == draft, "\(text.debugDescription)")
            #expect(Array(read.title.utf8) == Array(draft.title.utf8), "\(text.debugDescription)")
        }
    }

    @Test func namesADayInEveryYearOrNone() throws {
        let texts = [
            "today", "tom", "yesterday", "fri", "next-fri", "eow", "eom", "eoy", "29.2.", "31-dec", "jan-1", "1d", "99999d",
            "99999w",
            "99999m", "99999y", "in-1-month", "24.12.26",
        ]
        for year in (1...400).map({ $0 * 25 - 24 }) + Array(9980...9999) {
            for (month, day) in [(1, 1), (2, 28), (3, 1), (12, 31)] {
                let today = try #require(LocalDate(year: year, month: month, day: day))
                for text in texts {
                    guard let date = DayExpression.date(text, today: today) else {
                        let isFar = year >= 9980 || text.hasPrefix("99999")
                        #expect(isFar || today.description == "0001-01-01" && text == "yesterday", "\(text) on \(today)")
                        continue
                    }
                    #expect(text == "yesterday" || text == "24.12.26" || date >= today, "\(text) on \(today) is \(date)")
                }
            }
        }
    }

    @Test func aWeekdayIsAlwaysTheNextOne() throws {
        let names = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
        for number in 0..<800 {
            let today = try #require(LocalDate.saturday.adding(days: number))
            for (weekday, name) in names.enumerated() {
                let next = try #require(DayExpression.date(name, today: today))
                #expect(next.weekday == weekday && (1...7).contains(next.daysSince1970 - today.daysSince1970))
                let later = try #require(DayExpression.date("next-\(name)", today: today))
                let sunday = try #require(DayExpression.date("eow", today: today))
                #expect(later.weekday == weekday && (1...7).contains(later.daysSince1970 - sunday.daysSince1970))
            }
        }
    }
}
