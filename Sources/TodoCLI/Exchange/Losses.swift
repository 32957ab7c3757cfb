/// What one side can't hold.
package enum Loss: Sendable, Hashable {
    // Of an import.
    case dueTimes, times, renumbered, longTitle, longNotes, controls, attributes, extraProjects, listName, listNameHere, listByKey
    /// A column or a field that nobody here knows.
    case field(String)
    // Of an export.
    case notes, clockTimes, references, deletedLeftOut, readDifferently, listKeyOnly, doneAndDeleted, guardedCells

    /// What became of it, for so many tasks.
    package func sentence(_ count: Int) -> String {
        let tasks = count == 1 ? "1 task" : "\(grouped(count)) tasks"
        return switch self {
        case .dueTimes: "due times of \(tasks) became days"
        case .times: "times of creation, change and completion of \(tasks) are not kept: the server sets its own"
        case .renumbered: "numbers and times of \(tasks) are not kept: the server gives its own"
        case .longTitle: "titles of \(tasks) were cut to 500 characters; the whole is in the notes"
        case .longNotes: "notes of \(tasks) were cut to 20 000 characters"
        case .controls: "control characters of \(tasks) became spaces"
        case .attributes: "attributes of \(tasks) that have no place here are kept as lines in the notes"
        case .extraProjects: "further projects of \(tasks) stay in the title: a task is in one list"
        case .listName: "list names of \(tasks) were cut to 100 characters"
        case .listNameHere: "list names of \(tasks) are other ones here; those here stay"
        case .listByKey: "projects of \(tasks) are the keys of lists with other names, and go there"
        case .field(let name): "the field “\(name)” of \(tasks) is not kept"
        case .notes: "notes of \(tasks) are not in the file: the format has no place for them"
        case .clockTimes: "times of creation and completion of \(tasks) became days"
        case .references: "references (like WEB-12) of \(tasks) are not in the file"
        case .deletedLeftOut: "\(count == 1 ? "1 deleted task was" : "\(grouped(count)) deleted tasks were") left out"
        case .readDifferently: "titles of \(tasks) hold words like +this or due:that, which will be read as more than words"
        case .listKeyOnly: "list names of \(tasks) have spaces: their keys are in the file"
        case .doneAndDeleted: "\(tasks) done and then deleted: in the file only deleted"
        case .guardedCells: "cells of \(tasks) that a spreadsheet would run as formulas begin with ' in the file"
        }
    }
}

/// What was lost, and where.
package struct Losses: Sendable, Hashable {
    private(set) var order: [Loss] = []
    private var places: [Loss: [String]] = [:]

    package init() {}

    package var isEmpty: Bool { order.isEmpty }

    /// One task has the loss once.
    mutating func add(_ loss: Loss, at line: Int) { add(loss, at: "\(line)") }

    mutating func add(_ loss: Loss, at place: String) {
        if places[loss] == nil { order.append(loss) }
        if places[loss]?.last != place { places[loss, default: []].append(place) }
    }

    /// Without those of lines that are not among these. What concerns a list stays.
    func limited(to lines: Set<Int>) -> Losses {
        var limited = Losses()
        for loss in order {
            for place in places[loss] ?? [] where Int(place).map({ lines.contains($0) }) ?? true { limited.add(loss, at: place) }
        }
        return limited
    }

    package func count(_ loss: Loss) -> Int { places[loss]?.count ?? 0 }

    /// One line for each kind; the places too where they are wanted.
    /// - Parameter noun: What places are: `line` in an import, `task` in an export.
    package func lines(withPlaces: Bool, noun: String) -> [String] {
        order.flatMap { loss -> [String] in
            let places = places[loss] ?? []
            let sentence = loss.sentence(places.count)
            guard withPlaces else { return [sentence] }
            return [sentence, "  \(noun)\(places.count == 1 ? "" : "s") " + places.joined(separator: ", ")]
        }
    }
}

/// `12 345`.
func grouped(_ number: Int) -> String {
    let digits = String(number.magnitude)
    var result = number < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
        if index > 0, (digits.count - index).isMultiple(of: 3) { result += " " }
        result.append(digit)
    }
    return result
}
