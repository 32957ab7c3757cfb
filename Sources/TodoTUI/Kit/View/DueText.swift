internal import TodoCore

/// A due day as people say it, seen from today: in at most ten columns.
struct DueText {
    let text: String
    let role: Role

    /// Without `today`, and for what is done, it is just the date.
    init(_ day: LocalDate, today: LocalDate?, isDone: Bool) {
        guard let today, !isDone else {
            text = day.description
            role = .due
            return
        }
        let days = day.daysSince1970 - today.daysSince1970
        switch days {
        case ..<(-99): (text, role) = ("\(day)", .overdue)
        case -99 ... -1: (text, role) = ("\(-days)d late", .overdue)
        case 0: (text, role) = ("today", .dueToday)
        case 1: (text, role) = ("tomorrow", .due)
        default:
            let isNear = day.year == today.year || days < 180
            text = isNear ? "\(Self.weekdays[day.weekday]) \(day.day) \(Self.months[day.month - 1])" : "\(day)"
            role = .due
        }
    }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
}
