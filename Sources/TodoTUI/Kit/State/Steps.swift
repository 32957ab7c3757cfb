internal import FoundationEssentials
internal import TodoCore

/// What one key press has set going: some changes, and what is told of them when all are answered.
struct Step: Sendable, Hashable {
    enum Direction: Sendable, Hashable { case forward, undo, redo }

    /// "Done: Buy milk", "Deleted: 12 tasks".
    var label: String
    var direction: Direction
    var total: Int
    var answered = 0
    var failed = 0
    /// What was done, and what takes it back.
    var actions: [Action] = []
    /// What an undone or redone step was called at first.
    var name: String

    struct Action: Sendable, Hashable {
        var done: Change.Kind
        var inverse: Change.Kind
        var title: String
    }

    var isOver: Bool { answered == total }
}

/// What can be undone and redone: only what was done in this session.
struct UndoLog: Sendable, Hashable {
    private static let longest = 200
    fileprivate(set) var undo: [Step] = []
    fileprivate(set) var redo: [Step] = []

    mutating func note(_ step: Step) {
        switch step.direction {
        case .forward:
            undo.append(step)
            redo = []
        case .redo: undo.append(step)
        case .undo: redo.append(step)
        }
        if undo.count > UndoLog.longest { undo.removeFirst() }
    }

    mutating func takeUndo() -> Step? { undo.popLast() }
    mutating func takeRedo() -> Step? { redo.popLast() }
}

extension TodoTask {
    /// Whether the task is as the patch would make it.
    func has(_ patch: TaskPatch) -> Bool {
        inverse(of: patch) == patch
    }
}

extension UndoLog {
    /// What was refused can't be undone.
    mutating func drop(_ change: Change) {
        func without(_ steps: [Step]) -> [Step] {
            guard let index = steps.lastIndex(where: { step in step.actions.contains { $0.done == change.kind } }) else {
                return steps
            }
            var steps = steps
            steps[index].actions.removeAll { $0.done == change.kind }
            if steps[index].actions.isEmpty { steps.remove(at: index) }
            return steps
        }
        undo = without(undo)
        redo = without(redo)
    }
}
