import TodoClient
import TodoCore

/// What an import begins with: the file's tasks and the account's.
package enum ImportSource {
    /// The tasks of a file, without a byte order mark.
    package static func read(
        _ bytes: [UInt8], _ format: ExchangeFormat, days: LocalDays
    ) throws(ExchangeError) -> ExchangeContent {
        switch format {
        case .todotxt: TodoTxt.read(bytes)
        case .taskwarrior: Taskwarrior.read(bytes, days: days)
        case .csv: try CSVTasks.read(bytes)
        case .json: try TodoJSON.read(bytes)
        }
    }

    /// Those of the account, the deleted ones too.
    static func allTasks(of client: TodoClient) async throws -> [TodoTask] {
        var deleted = TaskFilter()
        deleted.deleted = true
        return try await client.tasks() + client.tasks(deleted)
    }

    /// A line for each thing that an import would do.
    static func preview(of plan: ImportPlan) -> [String] {
        plan.newLists.map { $0.key == $0.name ? "make list \($0.key)" : "make list \($0.key) for \($0.name)" }
            + plan.steps.map { step in
                let end = step.deletes ? " (deleted)" : step.completes ? " (done)" : ""
                let list = step.draft.list.map { " +\($0)" } ?? ""
                return "\(step.creates ? "add" : "finish") \(step.draft.title)\(list)\(end)"
            }
    }
}

extension ExchangeContent {
    /// Puts all tasks into one list, nil for the inbox. The lists that the file has for them go to the notes.
    package mutating func move(to key: String?) {
        lists = []
        for index in tasks.indices {
            if let name = tasks[index].list?.name ?? tasks[index].list?.key, tasks[index].list?.key != key || key == nil {
                losses.add(.attributes, at: tasks[index].line)
                tasks[index].notes = Attributes([.init("project", name)]).appended(to: tasks[index].notes)
            }
            tasks[index].list = key.map { ExchangeList(key: $0) }
        }
    }
}
