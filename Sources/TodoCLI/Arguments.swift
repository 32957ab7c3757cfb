import ArgumentParser
import TodoClient
import TodoCore

/// A day as people give it: in words of ``DayExpression``, or none.
enum DayChoice: Sendable {
    case expression(String)
    case none

    /// The day that is meant, where the user is.
    func date(today: LocalDate?) throws(UsageError) -> LocalDate? {
        guard case .expression(let text) = self else { return nil }
        let today = try CommandContext.known(today)
        guard let date = DayExpression.date(text, today: today) else {
            throw UsageError("\(text) is no day. \(Arguments.dayHelp)")
        }
        return date
    }
}

/// What turns arguments into values. Each throws words that say what would be right.
enum Arguments {
    static let dayHelp = "Give one like fri, tomorrow, 24.12., in-3-days, eom or 2026-12-24."

    @Sendable static func reference(_ text: String) throws -> TaskReference {
        guard let reference = TaskReference(text) else {
            throw ValidationError("a task's reference is a number like 12, or WEB-12 in a list")
        }
        return reference
    }

    @Sendable static func references(_ text: String) throws -> ReferenceRange {
        do throws(ReferenceRange.Fault) {
            return try ReferenceRange(text)
        } catch { throw ValidationError(error.message) }
    }

    @Sendable static func day(_ text: String) throws -> DayChoice {
        // Which day it is doesn't matter yet: on 1 January 2024 every form names one.
        guard let anyDay = LocalDate(year: 2024, month: 1, day: 1), DayExpression.date(text, today: anyDay) != nil else {
            throw ValidationError(dayHelp)
        }
        return .expression(text)
    }

    /// A day, or `none` to have none.
    @Sendable static func dayOrNone(_ text: String) throws -> DayChoice {
        text.lowercased() == "none" ? .none : try day(text)
    }

    /// A number, or the word that quick-add has for it.
    @Sendable static func priority(_ text: String) throws -> Int {
        if let value = QuickAdd.priorities.firstIndex(of: text.lowercased()) ?? Limits.priority.first(where: { "\($0)" == text })
        {
            return value
        }
        throw ValidationError("priorities are 0 (none), 1 (low), 2 (medium) and 3 (high)")
    }

    /// With or without its `@`.
    @Sendable static func tag(_ text: String) throws -> String {
        let tag = text.hasPrefix("@") ? String(text.dropFirst()) : text
        return try checked { () throws(Limits.Fault) in try Limits.tags([tag])[0] }
    }

    /// A list's key in capitals; nil for the inbox.
    @Sendable static func list(_ text: String) throws -> ListChoice {
        if text.lowercased() == "inbox" { return ListChoice(key: nil) }
        return ListChoice(key: try listKey(text))
    }

    /// A list's key in capitals.
    @Sendable static func listKey(_ text: String) throws -> String {
        guard let key = ListKey(text) else {
            throw ValidationError("a list's key has 1 to 10 letters and digits, like WEB; or inbox")
        }
        return key.text
    }

    @Sendable static func listName(_ text: String) throws -> String {
        try checked { () throws(Limits.Fault) in try Limits.listName(text) }
    }

    @Sendable static func sort(_ text: String) throws -> TaskSort {
        guard let sort = TaskSort(text) else {
            throw ValidationError("sort by one of \(TaskSort.all.joined(separator: ", "))")
        }
        return sort
    }

    @Sendable static func limit(_ text: String) throws -> Int {
        guard let value = Int(text), value > 0 else { throw ValidationError("give a number of tasks, at least 1") }
        return value
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
