import FoundationEssentials
import Postgres

/// The order of a list of tasks. Equal keys are told apart by the id, so that every order is total.
public struct TaskSort: Sendable, Hashable, CustomStringConvertible {
    public enum Field: String, Sendable, CaseIterable {
        case created, updated, due, priority, title
        case doneAt = "done_at"
    }

    public var field: Field
    public var isDescending: Bool

    public static let newestFirst = TaskSort(.created, isDescending: true)

    public init(_ field: Field, isDescending: Bool = false) {
        self.field = field
        self.isDescending = isDescending
    }

    /// Reads `due`, or `-due` for descending; nil for what is no order.
    public init?(_ text: some StringProtocol) {
        let isDescending = text.hasPrefix("-")
        guard let field = Field(rawValue: String(text.dropFirst(isDescending ? 1 : 0))) else { return nil }
        self.init(field, isDescending: isDescending)
    }

    public var description: String { (isDescending ? "-" : "") + field.rawValue }

    /// All orders as they are written, for messages and documents.
    public static var all: [String] { Field.allCases.flatMap { [$0.rawValue, "-" + $0.rawValue] } }

    /// `ORDER BY`'s list.
    var order: SQL { isDescending ? "\(key) DESC, t.id DESC" : "\(key), t.id" }

    /// The condition for the tasks behind the cursor.
    func isAfter(_ cursor: TaskCursor) -> SQL {
        let place: SQL = "(\(value(cursor.key)), \(cursor.id))"
        return isDescending ? "(\(key), t.id) < \(place)" : "(\(key), t.id) > \(place)"
    }

    private var key: SQL {
        switch field {
        case .created: "t.created_at"
        case .updated: "t.updated_at"
        case .due: "coalesce(t.due_on, \(last))"
        case .priority: "t.priority"
        case .title: "t.title COLLATE \"und-x-icu\""
        case .doneAt: "coalesce(t.done_at, \(last))"
        }
    }

    /// What stands for a key that isn't there: in both directions it comes last.
    private var last: SQL { isDescending ? "'-infinity'" : "'infinity'" }

    private func value(_ key: TaskCursor.Key) -> SQL {
        switch key {
        case .time(let microseconds?): "\(Date(timeIntervalSince1970: Double(microseconds) / 1_000_000))"
        case .date(let date?): "\(date)"
        case .time(nil): "\(last)::timestamptz"
        case .date(nil): "\(last)::date"
        case .integer(let number): "\(number)::smallint"
        case .text(let text): "\(text)"
        }
    }
}
