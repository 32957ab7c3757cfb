import TodoCore

/// A cell that can't be what its column says.
struct CSVFault: Error {
    var message: String
}

/// What the cells of programs and people mean.
enum CSVValues {
    static func done(_ text: String) throws(CSVFault) -> Bool {
        switch text.lowercased() {
        case "", "false", "no", "n", "0", "open", "pending", "todo", "to do", "not started", "needs-action", "waiting", "active",
            "in progress", "☐":
            return false
        case "true", "yes", "y", "1", "x", "done", "completed", "complete", "finished", "closed", "✓", "✔", "☑", "☒": return true
        default: throw CSVFault(message: "neither done nor open: \(text)")
        }
    }

    static func priority(_ text: String) throws(CSVFault) -> Int {
        switch text.lowercased() {
        case "", "0", "none", "normal", "n": return 0
        case "1", "low", "l", "c", "!": return 1
        case "2", "medium", "med", "m", "b", "!!": return 2
        case "3", "high", "h", "a", "!!!", "urgent": return 3
        default: throw CSVFault(message: "not a priority from 0 to 3, nor low, medium or high: \(text)")
        }
    }

    /// `2026-11-22`, with or without a time after it, which is left out, `2026/11/22` and `22.11.2026`. With slashes the day
    /// and the month stand in either order, so only what can't be misread is taken.
    static func date(_ text: String) throws(CSVFault) -> LocalDate? {
        if text.isEmpty { return nil }
        let day = text.split { $0 == "T" || $0 == " " }.first.map(String.init) ?? text
        if let date = LocalDate(day) { return date }
        for separator: Character in ["-", "/", "."] {
            let parts = day.split(separator: separator, omittingEmptySubsequences: false).map { number($0) }
            guard parts.count == 3, let first = parts[0], let second = parts[1], let third = parts[2] else { continue }
            if first > 999 { return try found(year: first, month: second, day: third, text) }
            if third < 1000 { break }
            if separator == "." || first > 12 { return try found(year: third, month: second, day: first, text) }
            if second > 12 { return try found(year: third, month: first, day: second, text) }
            if first == second { return try found(year: third, month: first, day: second, text) }
            throw CSVFault(message: "\(text) may be two days: write it like 2026-11-22")
        }
        throw CSVFault(message: "not a day like 2026-11-22: \(text)")
    }

    private static func number(_ text: Substring) -> Int? {
        (1...4).contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
    }

    private static func found(year: Int, month: Int, day: Int, _ text: String) throws(CSVFault) -> LocalDate {
        guard let date = LocalDate(year: year, month: month, day: day) else { throw CSVFault(message: "no such day: \(text)") }
        return date
    }

    /// Between spaces, commas or semicolons, with or without a sign before each.
    static func tags(_ text: String) -> [String] {
        text.unicodeScalars.split { $0.properties.isWhitespace || $0 == "," || $0 == ";" }.compactMap { part in
            let tag = part.first.map { "@#+".unicodeScalars.contains($0) } == true ? part.dropFirst() : part
            return tag.isEmpty ? nil : String(String.UnicodeScalarView(tag))
        }
    }
}
