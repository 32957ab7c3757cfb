import FoundationEssentials
import Postgres
import TodoCore

/// Equal keys are told apart by the id, so that every order is total.
extension TaskSort {
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
