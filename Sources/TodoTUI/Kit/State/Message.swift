public import FoundationEssentials
public import TodoCore

/// Everything that can happen to the program.
public enum Message: Sendable, Hashable {
    case started
    case input(Input)
    case resized(Size)
    /// The user's day, which says what is due.
    case today(LocalDate)
    /// The id for the next task that the user adds: the answer to ``Effect/makeID``.
    case freshID(UUID)
    /// The answers to the effects of the same names.
    case signedIn(Result<String, Failure>)
    case account(Result<String, Failure>)
    case tasks(Result<[TodoTask], Failure>)
    /// The task as the server has it now; nil for a deleted one.
    case changed(Change, Result<TodoTask?, Failure>)
}

/// Something to be done outside, as a value. Those that go to the server are carried out one by one, in
/// their order, and each sends its answer: so an answer never tells of a time before an earlier one.
public enum Effect: Sendable, Hashable {
    case signIn(Credentials)
    /// Makes the account, then signs in.
    case register(Credentials)
    /// The account's email.
    case loadAccount
    case loadTasks
    case change(Change)
    case makeID
    /// Draws every cell anew, whatever the terminal is thought to show.
    case redraw
    case suspend
    case quit
}

/// One change to a task, from the key press to the server's answer.
public struct Change: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        /// The draft's id is the task's, so that trying again makes no second task.
        case create(TaskDraft)
        case update(UUID, TaskPatch)
        case delete(UUID)
    }

    /// Unique in this run of the program.
    public var number: Int
    /// What is to be changed.
    public var kind: Kind
    /// The task's title, for messages.
    public var title: String

    public init(number: Int, kind: Kind, title: String) {
        self.number = number
        self.kind = kind
        self.title = title
    }

    /// The task that it is about.
    public var task: UUID? {
        switch kind {
        case .create(let draft): draft.id
        case .update(let id, _), .delete(let id): id
        }
    }
}

/// Why something wasn't done.
public struct Failure: Error, Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        /// No token, or one that the server takes no longer; a wrong password.
        case unauthorized
        /// No answer came: nobody knows whether it was done.
        case unreachable
        /// The task isn't there any more.
        case gone
        /// The server said no, or can't just now.
        case refused
    }

    public var kind: Kind
    /// What happened and what to do, in words for people.
    public var message: String

    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }
}
