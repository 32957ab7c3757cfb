import FoundationEssentials
package import TodoCore

/// What an export needs to know besides the tasks.
package struct ExchangeWorld: Sendable {
    /// The lists' names by their keys.
    package var names: [String: String]
    package var lists: [TodoList]
    package var days: LocalDays

    package init(lists: [TodoList], days: LocalDays) {
        self.lists = lists
        self.days = days
        names = [:]
        for list in lists { if let key = list.key { names[key] = list.name } }
    }

    /// `2026-11-22`, where the user is.
    func day(of date: Date) -> String {
        days.day(ofSeconds: Int(date.timeIntervalSince1970.rounded(.down)))?.day.description ?? "1970-01-01"
    }
}
