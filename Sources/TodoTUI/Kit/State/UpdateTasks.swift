internal import TodoCore

/// The commands that change tasks: of all marked ones, else of the one under the cursor.
extension State {
    mutating func changeTasks(_ command: Command) -> [Effect] {
        let tasks = board.targets
        switch command {
        case .undo: return undo()
        case .redo: return redo()
        case .add:
            mode = .prompt(Prompt(.add, unsaved?.line ?? ""))
            return []
        default: break
        }
        guard let current = board.current?.task, !tasks.isEmpty else {
            say(.information, "There is no task here. \(keys.name(.add)) adds one.")
            return []
        }
        switch command {
        case .toggle: return toggle(tasks)
        case .raise: return update(tasks, "Priority up") { TaskPatch(priority: min(3, $0.priority + 1)) }
        case .lower: return update(tasks, "Priority down") { TaskPatch(priority: max(0, $0.priority - 1)) }
        case .restore: return restore(tasks)
        case .delete: mode = .confirmDelete(tasks)
        case .edit: mode = .prompt(Prompt(.title, current.title, targets: [current]))
        case .notes: return editNotes(current)
        case .due: mode = .prompt(Prompt(.due, tasks.count == 1 ? current.dueOn?.description ?? "" : "", targets: tasks))
        case .tags: mode = .prompt(Prompt(.tags, tasks.count == 1 ? current.tags.joined(separator: " ") : "", targets: tasks))
        case .move: mode = .prompt(Prompt(.list, targets: tasks))
        case .priority: mode = .menu(Menu(kind: .priority, selected: 3 - min(3, max(0, tasks[0].priority)), targets: tasks))
        default: break
        }
        return []
    }

    /// All become done; where all are done already, open.
    private mutating func toggle(_ tasks: [TodoTask]) -> [Effect] {
        let done = tasks.contains { !$0.done }
        return update(tasks, done ? "Done" : "Open again") { _ in TaskPatch(done: done) }
    }

    mutating func restore(_ tasks: [TodoTask]) -> [Effect] {
        let deleted = tasks.filter { $0.deletedAt != nil }
        if deleted.isEmpty { say(.information, "Nothing to restore: \(keys.name(.deletedTasks)) shows what is deleted.") }
        return change(deleted.map { (kind: .restore($0.id), title: $0.title) }, "Restored")
    }

    mutating func editNotes(_ task: TodoTask) -> [Effect] {
        let edit = NotesEdit(
            task: task.id, reference: task.reference, title: task.title, base: task.version, notes: task.notes)
        return [.editNotes(edit)]
    }

    mutating func notesEdited(_ edit: NotesEdit, _ result: Result<String, Failure>) -> [Effect] {
        switch result {
        case .failure(let failure):
            say(.failure, failure.message)
            return []
        case .success(let text):
            if text == edit.notes {
                say(.information, "The notes are as they were.")
                return []
            }
            do throws(Limits.Fault) {
                let notes = try Limits.notes(text)
                return change(
                    [(kind: .update(edit.task, TaskPatch(notes: notes)), title: edit.title)], "Notes changed", isGuarded: true,
                    basedOn: [edit.task: edit.base])
            } catch {
                say(.failure, "The notes \(error.message), so they stay as they were.")
                return []
            }
        }
    }

    // MARK: Questions

    mutating func confirmInput(_ input: Input, _ tasks: [TodoTask]) -> [Effect] {
        guard case .key(let key) = input else { return [] }
        switch (key.code, key.modifiers) {
        case (.character("c"), .control): return [.quit]
        case (.character("z"), .control): return [.suspend]
        case (.character("y"), []), (.character("Y"), []):
            mode = .browse
            notice = nil
            return change(tasks.map { (kind: .delete($0.id), title: $0.title) }, "Deleted")
        default:
            mode = .browse
            say(.information, "Nothing was deleted.")
            return []
        }
    }

    mutating func menuInput(_ input: Input, _ menu: Menu) -> [Effect] {
        guard case .key(let key) = input else { return [] }
        let choices = menu.choices
        if case .character(let character) = key.code, key.modifiers.isEmpty,
            let index = choices.firstIndex(where: { $0.key == character })
        {
            return choose(index, menu)
        }
        var menu = menu
        switch (key.code, key.modifiers) {
        case (.character("c"), .control): return [.quit]
        case (.character("z"), .control): return [.suspend]
        case (.enter, _): return choose(menu.selected, menu)
        case (.up, _), (.character("k"), []): menu.selected = max(0, menu.selected - 1)
        case (.down, _), (.character("j"), []): menu.selected = min(choices.count - 1, menu.selected + 1)
        default:
            mode = .browse
            return []
        }
        mode = .menu(menu)
        return []
    }

    private mutating func choose(_ index: Int, _ menu: Menu) -> [Effect] {
        mode = .browse
        switch menu.kind {
        case .priority:
            return update(menu.targets, "Priority \(State.priorities[3 - index])") { _ in TaskPatch(priority: 3 - index) }
        case .sort:
            board.order(by: TaskSort.allCases.indices.contains(index) ? TaskSort.allCases[index] : nil)
            return []
        }
    }

    static let priorities = ["none", "low", "medium", "high"]

    /// Somebody else has changed what was edited here: the user decides which one holds.
    mutating func conflictInput(_ input: Input, _ conflict: Conflict) -> [Effect] {
        guard case .key(let key) = input else { return [] }
        let theirs = conflict.theirs
        switch (key.code, key.modifiers) {
        case (.character("c"), .control): return [.quit]
        case (.character("z"), .control): return [.suspend]
        case (.character("m"), []):
            mode = .browse
            notice = nil
            return change(
                [(kind: conflict.change.kind, title: conflict.change.title)], "Changed", isGuarded: true,
                basedOn: [theirs.id: theirs.version])
        case (.character("e"), []):
            mode = .browse
            if let title = conflict.patch.title {
                mode = .prompt(Prompt(.title, title, targets: [theirs]))
            } else if let notes = conflict.patch.notes {
                return [
                    .editNotes(
                        NotesEdit(
                            task: theirs.id, reference: theirs.reference, title: theirs.title, base: theirs.version,
                            notes: "\(notes)\n\n<<<<<<< theirs\n\(theirs.notes)\n"))
                ]
            }
        case (.character("t"), []), (.escape, _):
            mode = .browse
            say(.information, "Theirs stays: \(theirs.title)")
        default: break
        }
        return []
    }
}
