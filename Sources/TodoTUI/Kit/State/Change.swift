public import FoundationEssentials
public import TodoCore

/// One change to a task, from the key press to the server's answer.
public struct Change: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        /// The draft's id is the task's, so that trying again makes no second task.
        case create(TaskDraft)
        case update(UUID, TaskPatch)
        case delete(UUID)
        case restore(UUID)
    }

    /// Unique in this run of the program.
    public var number: Int
    /// The key press that made it: all changes of one have the same.
    public var step: Int
    /// What is to be changed.
    public var kind: Kind
    /// The task's title, for messages.
    public var title: String
    /// The task's version when the user saw it; nil for a new one.
    public var base: Int?
    /// Whether the server must refuse it when the task has been changed by someone else since ``base``: so for
    /// whatever was typed, where somebody else's words would be lost.
    public var isGuarded = false

    public init(number: Int, step: Int = 0, kind: Kind, title: String, base: Int? = nil, isGuarded: Bool = false) {
        self.number = number
        self.step = step
        self.kind = kind
        self.title = title
        self.base = base
        self.isGuarded = isGuarded
    }

    /// The task that it is about; nil only for a draft without an id.
    public var task: UUID? { kind.task }
}

extension Change.Kind {
    /// The task that it is about.
    public var task: UUID? {
        switch self {
        case .create(let draft): draft.id
        case .update(let id, _), .delete(let id), .restore(let id): id
        }
    }
}
