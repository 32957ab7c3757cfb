internal import FoundationEssentials
internal import TodoCore

/// Changes of tasks: on the screen at once, sent to the server, and how to take them back.
extension State {
    /// Does these changes as one step, which `u` takes back as one. `words` tells of it when it is done: "Done".
    mutating func change(
        _ kinds: [(kind: Change.Kind, title: String)], _ words: String, isGuarded: Bool = false, basedOn: [UUID: Int] = [:],
        _ direction: Step.Direction = .forward, name: String? = nil
    ) -> [Effect] {
        guard !kinds.isEmpty else { return [] }
        let what = kinds.count == 1 ? kinds[0].title : "\(kinds.count) tasks"
        let label = name.map { "\(words): \($0)" } ?? "\(words): \(what)"
        var step = Step(label: label, direction: direction, total: kinds.count, name: name ?? label)
        var effects: [Effect] = []
        for (kind, title) in kinds {
            let base = kind.task.flatMap { basedOn[$0] ?? board.table.confirmed($0)?.version }
            let change = Change(
                number: nextChange, step: nextStep, kind: kind, title: title, base: base, isGuarded: isGuarded)
            nextChange += 1
            if let inverse = inverse(of: kind) { step.actions.append(.init(done: kind, inverse: inverse, title: title)) }
            board.apply(change)
            effects.append(.change(change))
        }
        steps[nextStep] = step
        nextStep += 1
        log.note(step)
        return effects
    }

    private func inverse(of kind: Change.Kind) -> Change.Kind? {
        switch kind {
        case .create(let draft): draft.id.map { .delete($0) }
        case .delete(let id): .restore(id)
        case .restore(let id): .delete(id)
        case .update(let id, let patch): board.task(id).map { .update(id, $0.inverse(of: patch)) }
        }
    }

    /// Changes each of the tasks; those that are so already are left alone.
    mutating func update(_ tasks: [TodoTask], _ words: String, _ patch: (TodoTask) -> TaskPatch) -> [Effect] {
        let kinds = tasks.compactMap { task -> (kind: Change.Kind, title: String)? in
            let patch = patch(task)
            return task.has(patch) ? nil : (kind: .update(task.id, patch), title: task.title)
        }
        if kinds.isEmpty, !tasks.isEmpty { say(.information, "Nothing to change.") }
        return change(kinds, words)
    }

    mutating func undo() -> [Effect] {
        guard let step = log.takeUndo() else {
            say(.information, "Nothing to undo.")
            return []
        }
        return takeBack(step, .undo)
    }

    mutating func redo() -> [Effect] {
        guard let step = log.takeRedo() else {
            say(.information, "Nothing to redo.")
            return []
        }
        return takeBack(step, .redo)
    }

    private mutating func takeBack(_ step: Step, _ direction: Step.Direction) -> [Effect] {
        // Where someone else has changed the same since, theirs stays.
        let actions = step.actions.filter { action in
            guard case .update(let id, let patch) = action.done else { return true }
            return board.task(id)?.has(patch) == true
        }
        if actions.count < step.actions.count {
            say(.failure, "\(step.name): changed again since, so it stays as it is.")
        } else {
            notice = nil
        }
        let kinds = actions.reversed().map { (kind: $0.inverse, title: $0.title) }
        return change(kinds, direction == .undo ? "Undone" : "Done again", direction, name: step.name)
    }
}
