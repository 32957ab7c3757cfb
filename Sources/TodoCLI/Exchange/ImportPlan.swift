package import FoundationEssentials
package import TodoCore

/// What an import has to do, from what the file has and what the account has. Pure.
package struct ImportPlan: Sendable {
    /// One task's way into the account.
    package struct Step: Sendable, Hashable {
        package var line: Int
        /// With its id.
        package var draft: TaskDraft
        /// The id to take where somebody else's task has that one.
        package var otherID: UUID?
        package var creates = true
        package var completes = false
        package var deletes = false
    }

    /// Tasks that are there already.
    package struct Standing: Sendable, Hashable {
        package var line: Int
        package var reference: String
        package var title: String
    }

    package private(set) var steps: [Step] = []
    /// As the file has them.
    package private(set) var present = 0
    /// Changed since an earlier import.
    package private(set) var changed: [Standing] = []
    /// Deleted since an earlier import.
    package private(set) var deletedHere: [Standing] = []
    package private(set) var faults: [ExchangeFault] = []
    package private(set) var losses: Losses
    private var lists: ListResolver

    /// What the file asks for, in its order.
    package var newLists: [ListResolver.NewList] { lists.made }

    /// - Parameters:
    ///   - account: The user's id.
    ///   - tasks: All tasks of the account, the deleted ones too.
    package init(_ content: ExchangeContent, account: UUID, lists: [TodoList], tasks: [TodoTask]) {
        self.lists = ListResolver(lists)
        losses = content.losses
        for list in content.lists { add(list) }

        let wanted = identified(content.tasks, account: account)
        let known = Dictionary(tasks.map { ($0.id, $0) }) { first, _ in first }
        let claimed = Set(wanted.flatMap { [$0.id, $0.otherID].compactMap { id in id.flatMap { known[$0]?.id } } })
        var equals = Equals(tasks.filter { $0.deletedAt == nil && !claimed.contains($0.id) })
        for wanted in wanted {
            if let standing = known[wanted.id] ?? wanted.otherID.flatMap({ known[$0] }) {
                judge(wanted, standing)
            } else if case .content = wanted.task.identity, equals.take(wanted.task, list: key(of: wanted.task)) {
                present += 1
            } else {
                var step = Step(line: wanted.task.line, draft: draft(wanted), otherID: wanted.otherID)
                step.completes = wanted.task.isDone
                step.deletes = wanted.task.isDeleted
                steps.append(step)
            }
        }
        // Of what is there already, an earlier import has told.
        losses = losses.limited(to: Set(steps.lazy.filter(\.creates).map(\.line)))
    }

    private struct Wanted {
        var task: ExchangeTask
        var id: UUID
        var otherID: UUID?
    }

    /// The tasks with the ids that they have each time the file is read. A second one with an id is a fault.
    private mutating func identified(_ tasks: [ExchangeTask], account: UUID) -> [Wanted] {
        var occurrences: [String: Int] = [:]
        var lines: [UUID: Int] = [:]
        return tasks.compactMap { task in
            var wanted = Wanted(task: task, id: account, otherID: nil)
            switch task.identity {
            case .own(let id):
                wanted.id = id
                wanted.otherID = ContentID.id(account: account, name: id.lowercase, occurrence: 0)
            case .content(let name):
                let occurrence = occurrences[name, default: 0]
                occurrences[name] = occurrence + 1
                wanted.id = ContentID.id(account: account, name: name, occurrence: occurrence)
            }
            if let line = lines[wanted.id] {
                faults.append(ExchangeFault(line: task.line, "it has the id of the task in line \(line)"))
                return nil
            }
            lines[wanted.id] = task.line
            return wanted
        }
    }

    private mutating func judge(_ wanted: Wanted, _ standing: TodoTask) {
        let task = wanted.task
        let here = Standing(line: task.line, reference: standing.reference, title: standing.title)
        let isDeleted = standing.deletedAt != nil
        let isEqual = Content(task, list: key(of: task)) == Content(standing)
        if isDeleted {
            if task.isDeleted { present += 1 } else { deletedHere.append(here) }
        } else if isEqual, standing.done == task.isDone, !task.isDeleted {
            present += 1
        } else if isEqual, ImportPlan.isUntouched(standing, by: task) {
            // An earlier import was interrupted here, or the task was ticked off in the file.
            var step = Step(line: task.line, draft: draft(wanted), otherID: nil, creates: false)
            step.draft.id = standing.id
            step.completes = task.isDone && !standing.done
            step.deletes = task.isDeleted
            steps.append(step)
        } else {
            changed.append(here)
        }
    }

    /// Whether the task is as an import that has not come to its end leaves it.
    private static func isUntouched(_ standing: TodoTask, by task: ExchangeTask) -> Bool {
        standing.version == 1 && !standing.done && (task.isDone || task.isDeleted)
            || standing.version == 2 && standing.done && task.isDone && task.isDeleted
    }

    private mutating func add(_ list: ExchangeList) {
        if let key = lists.key(of: list) {
            if let name = list.name, lists.name(of: key) != name { losses.add(.listNameHere, at: key) }
        } else {
            _ = lists.keyOrNew(list)
        }
    }

    /// The list of a task that is not to be made: only where it is there.
    private func key(of task: ExchangeTask) -> String? { task.list.flatMap { lists.key(of: $0) ?? "(none)" } }

    private mutating func draft(_ wanted: Wanted) -> TaskDraft {
        let task = wanted.task
        let key = task.list.map { lists.keyOrNew($0) }
        if let key, task.list?.key == nil, let name = task.list?.name, lists.name(of: key) != name {
            losses.add(.listByKey, at: task.line)
        }
        return TaskDraft(
            title: task.title, id: wanted.id, list: key,
            notes: task.notes.isEmpty ? nil : task.notes, dueOn: task.dueOn, priority: task.priority == 0 ? nil : task.priority,
            tags: task.tags.isEmpty ? nil : task.tags)
    }

    /// What makes two tasks equal for whoever reads them.
    private struct Content: Hashable {
        var title: String, list: String?, notes: String, dueOn: LocalDate?, priority: Int, tags: [String]

        init(_ task: TodoTask) {
            (title, list, notes, dueOn) = (task.title, task.list, task.notes, task.dueOn)
            (priority, tags) = (task.priority, task.tags)
        }

        init(_ task: ExchangeTask, list: String?) {
            (title, self.list, notes, dueOn) = (task.title, list, task.notes, task.dueOn)
            (priority, tags) = (task.priority, task.tags)
        }
    }

    /// Tasks that were not imported from this file: what is equal to one of them need not be made.
    private struct Equals {
        private var counts: [Content: (open: Int, done: Int)] = [:]

        init(_ tasks: [TodoTask]) {
            for task in tasks { counts[Content(task), default: (0, 0)][keyPath: Equals.path(task.done)] += 1 }
        }

        mutating func take(_ task: ExchangeTask, list: String?) -> Bool {
            let content = Content(task, list: list), path = Equals.path(task.isDone)
            guard !task.isDeleted, let count = counts[content]?[keyPath: path], count > 0 else { return false }
            counts[content]?[keyPath: path] = count - 1
            return true
        }

        private static func path(_ isDone: Bool) -> WritableKeyPath<(open: Int, done: Int), Int> { isDone ? \.done : \.open }
    }
}
