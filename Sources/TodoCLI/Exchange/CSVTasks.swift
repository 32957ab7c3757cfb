package import TodoCore

/// Tasks as rows, with a first row that names the columns. Ours are those of ``header``; the usual names of other programs
/// are understood.
///
/// A cell that begins with `=`, `+`, `-`, `@`, a tab or a CR would be run as a formula by a spreadsheet. An export puts `'`
/// before it, an import takes it away. Source: OWASP, "CSV Injection".
package enum CSVTasks {
    static let header = [
        "reference", "title", "done", "due_on", "priority", "list", "list_name", "tags", "notes", "created_at", "done_at",
        "deleted_at", "id",
    ]

    enum Column: String, CaseIterable {
        case title, done, due, priority, list, listName, tags, notes, deleted, id
        /// What the server gives by itself.
        case given

        /// As headers may name it: small letters and digits.
        var names: [String] {
            switch self {
            case .title: ["title", "task", "name", "summary", "content", "subject", "todo", "taskname", "description"]
            case .done: ["done", "completed", "complete", "status", "state", "isdone", "iscompleted", "finished"]
            case .due: ["dueon", "due", "duedate", "deadline", "date"]
            case .priority: ["priority", "prio", "importance"]
            case .list: ["list", "listkey", "project", "folder", "category", "section"]
            case .listName: ["listname"]
            case .tags: ["tags", "tag", "labels", "label", "contexts", "context"]
            case .notes: ["notes", "note", "details", "comment", "comments", "body", "description"]
            case .deleted: ["deletedat", "deleted"]
            case .id: ["id", "uuid", "uid"]
            case .given:
                ["reference", "number", "version", "createdat", "created", "updatedat", "updated", "doneat", "completedat"]
            }
        }
    }

    /// Which cell of a row is what.
    struct Columns {
        private(set) var places: [Column: Int] = [:]
        private(set) var given: [Int] = []
        private(set) var unknown: [(name: String, place: Int)] = []

        /// - Parameter header: the first row.
        init(_ header: [String]) {
            let names = header.map { name in
                String(name.lowercased().unicodeScalars.filter { $0.properties.isAlphabetic || ("0"..."9").contains($0) })
            }
            var taken: Set<Int> = []
            for column in Column.allCases {
                for name in column.names where places[column] == nil || column == .given {
                    guard let place = names.firstIndex(of: name), taken.insert(place).inserted else { continue }
                    places[column] = place
                    if column == .given { given.append(place) }
                }
            }
            unknown = header.indices.filter { !taken.contains($0) && !names[$0].isEmpty }.map { (header[$0], $0) }
        }
    }

    package static func read(_ bytes: [UInt8]) throws(ExchangeError) -> ExchangeContent {
        let file = CSVRecords(bytes)
        var content = ExchangeContent()
        content.faults = file.faults
        guard let first = file.records.first else {
            if file.faults.isEmpty {
                throw ExchangeError("The file is empty. Its first row has to name the columns: title,due,…")
            }
            return content
        }
        let columns = Columns(first.cells)
        guard columns.places[.title] != nil else {
            throw ExchangeError(
                "No column has the titles: its first row names \(first.cells.joined(separator: ", ")).\n"
                    + "Name one of them title.")
        }
        for record in file.records.dropFirst() {
            do throws(ExchangeFault) {
                content.add(try task(record, columns, losses: &content.losses))
            } catch {
                content.faults.append(error)
            }
        }
        content.faults.sort { $0.line < $1.line }
        return content
    }

    private static func task(
        _ record: CSVRecords.Record, _ columns: Columns, losses: inout Losses
    ) throws(ExchangeFault) -> ExchangeTask {
        func cell(_ place: Int) -> String { record.cells.indices.contains(place) ? bare(record.cells[place]) : "" }
        func cell(_ column: Column) -> String { columns.places[column].map { cell($0) } ?? "" }
        func value<Value>(_ column: Column, _ read: (String) throws(CSVFault) -> Value) throws(ExchangeFault) -> Value {
            do throws(CSVFault) {
                return try read(cell(column).trimmingSpaces)
            } catch {
                throw ExchangeFault(line: record.line, error.message)
            }
        }
        var task = ExchangeTask(line: record.line, identity: .content(""), title: cell(.title))
        task.isDone = try value(.done, CSVValues.done)
        task.dueOn = try value(.due, CSVValues.date)
        task.priority = try value(.priority, CSVValues.priority)
        task.isDeleted = !cell(.deleted).isEmpty && !["false", "no", "0"].contains(cell(.deleted).lowercased())
        task.tags = CSVValues.tags(cell(.tags))
        task.notes = cell(.notes)
        task.list = list(
            cell(.list).trimmingSpaces, name: cell(.listName).trimmingSpaces, hasNames: columns.places[.listName] != nil)
        let id = cell(.id).trimmingSpaces
        if id.utf8.count == 36, case .id(let id)? = TaskReference(id) {
            task.identity = .own(id)
        } else {
            let name = [id, cell(.title), task.list?.key ?? "", task.list?.name ?? "", cell(.tags), cell(.due), cell(.notes)]
            task.identity = .content(name.joined(separator: "\u{1F}"))
        }
        if columns.given.contains(where: { !cell($0).isEmpty }) { losses.add(.renumbered, at: record.line) }
        for (name, place) in columns.unknown where !cell(place).isEmpty { losses.add(.field(name), at: record.line) }
        return task
    }

    private static func list(_ text: String, name: String, hasNames: Bool) -> ExchangeList? {
        if text.isEmpty || text.lowercased() == "inbox" { return nil }
        guard hasNames, let key = ListKey(text) else { return ExchangeList(name: text) }
        return ExchangeList(key: key.text, name: name.isEmpty ? nil : name)
    }

    // MARK: Writing

    /// Rows that end with CRLF, as RFC 4180 says. Deleted tasks are in it when they are among the tasks.
    package static func write(_ tasks: [TodoTask], _ world: ExchangeWorld) -> (text: String, losses: Losses) {
        var losses = Losses()
        var text = header.joined(separator: ",") + "\r\n"
        for task in tasks {
            let cells = [
                task.reference, task.title, task.done ? "true" : "false", task.dueOn?.description ?? "",
                task.priority == 0 ? "" : "\(task.priority)", task.list ?? "", task.list.flatMap { world.names[$0] } ?? "",
                task.tags.joined(separator: " "), task.notes, Timestamp.text(task.createdAt),
                task.doneAt.map { Timestamp.text($0) } ?? "", task.deletedAt.map { Timestamp.text($0) } ?? "", task.id.lowercase,
            ]
            if cells.contains(where: isFormula) { losses.add(.guardedCells, at: task.reference) }
            text += cells.map(written).joined(separator: ",") + "\r\n"
        }
        return (text, losses)
    }

    private static func written(_ cell: String) -> String {
        let cell = isFormula(cell) ? "'" + cell : cell
        let needsQuotes = cell.utf8.contains { [0x22, 0x2C, 0x0A, 0x0D, 0x3B, 0x09].contains($0) } || cell != cell.trimmingSpaces
        guard needsQuotes else { return cell }
        return "\"" + cell.unicodeScalars.reduce(into: "") { $0 += $1 == "\"" ? "\"\"" : String($1) } + "\""
    }

    /// Whether a spreadsheet would run it; so would be one that only looks guarded, which must come back as it is.
    private static func isFormula(_ cell: String) -> Bool {
        let rest = cell.utf8.drop { $0 == UInt8(ascii: "'") }
        return rest.first.map { "=+-@\t\r".utf8.contains($0) } ?? false
    }

    /// The cell without its guard.
    private static func bare(_ cell: String) -> String {
        cell.utf8.first == UInt8(ascii: "'") && isFormula(cell) ? String(Substring(cell.utf8.dropFirst())) : cell
    }
}
