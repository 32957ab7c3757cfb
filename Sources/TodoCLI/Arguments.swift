import ArgumentParser
import TodoCore

/// A day as people give it.
enum DayChoice: Sendable {
    case day(LocalDate)
    /// So many days from today.
    case relative(Int)
    case none

    func date(today: LocalDate?) throws(UsageError) -> LocalDate? {
        switch self {
        case .none: return nil
        case .day(let date): return date
        case .relative(let days):
            guard let date = today?.adding(days: days) else { throw UsageError("The clock of this computer is wrong.") }
            return date
        }
    }
}

/// What turns arguments into values. Each throws words that say what would be right.
enum Arguments {
    @Sendable static func reference(_ text: String) throws -> TaskReference {
        guard let reference = TaskReference(text) else {
            throw ValidationError("a task's reference is a number like 12, or WEB-12 in a list")
        }
        return reference
    }

    @Sendable static func day(_ text: String) throws -> DayChoice {
        switch text.lowercased() {
        case "today": return .relative(0)
        case "tomorrow": return .relative(1)
        default:
            guard let date = LocalDate(text) else { throw ValidationError("give a day like 2026-11-22, today or tomorrow") }
            return .day(date)
        }
    }

    /// A day, or `none` to have none.
    @Sendable static func dayOrNone(_ text: String) throws -> DayChoice {
        text.lowercased() == "none" ? .none : try day(text)
    }

    @Sendable static func priority(_ text: String) throws -> Int {
        guard let value = Int(text), Limits.priority.contains(value) else {
            throw ValidationError("priorities are 0 (none), 1, 2 and 3 (high)")
        }
        return value
    }

    /// With or without its `@`.
    @Sendable static func tag(_ text: String) throws -> String {
        let tag = text.hasPrefix("@") ? String(text.dropFirst()) : text
        return try checked { () throws(Limits.Fault) in try Limits.tags([tag])[0] }
    }

    /// A list's key in capitals; nil for the inbox.
    @Sendable static func list(_ text: String) throws -> ListChoice {
        if text.lowercased() == "inbox" { return ListChoice(key: nil) }
        guard let key = ListKey(text) else {
            throw ValidationError("a list's key has 1 to 10 letters and digits, like WEB; or inbox")
        }
        return ListChoice(key: key.text)
    }

    @Sendable static func title(_ text: String) throws -> String {
        try checked { () throws(Limits.Fault) in try Limits.title(text) }
    }

    @Sendable static func notes(_ text: String) throws -> String {
        try checked { () throws(Limits.Fault) in try Limits.notes(text) }
    }

    @Sendable static func email(_ text: String) throws -> String {
        try checked { () throws(Limits.Fault) in try Limits.email(text) }
    }

    private static func checked<Value>(_ check: () throws(Limits.Fault) -> Value) throws -> Value {
        do throws(Limits.Fault) {
            return try check()
        } catch { throw ValidationError(error.message) }
    }
}

/// A list that was chosen; no key is the inbox.
struct ListChoice: Sendable {
    var key: String?
}
