public import FoundationEssentials
public import TodoCore

/// Everything that can happen to the program.
public enum Message: Sendable, Hashable {
    case started
    case input(Input)
    case resized(Size)
    /// The user's day, which says what is due, and what to add to UTC for the user's clock, in seconds.
    case today(LocalDate, utcOffset: Int)
    /// The id for the next task that the user adds: the answer to ``Effect/makeID``.
    case freshID(UUID)
    /// The answers to the effects of the same names.
    case signedIn(Result<String, Failure>)
    case account(Result<String, Failure>)
    case lists(Result<[TodoList], Failure>)
    /// A part of what ``Effect/load(_:deleted:)`` asked for. `total`: how many there are in all, where the server says it.
    case page(load: Int, [TodoTask], total: Int?)
    /// The load's end.
    case loaded(load: Int, deleted: Bool, Failure?)
    /// A task as it is now; nil where there is none any more.
    case task(UUID, Result<TodoTask?, Failure>)
    /// The task as the server has it now; nil for a deleted one.
    case changed(Change, Result<TodoTask?, Failure>)
    /// What came back from the editor of the notes.
    case notesEdited(NotesEdit, Result<String, Failure>)
    case feed(FeedNews)
}

/// What the live feed tells.
public enum FeedNews: Sendable, Hashable {
    /// From now on every change is told.
    case connected
    /// The connection takes its time: nothing should wait for it any longer.
    case slow
    /// The connection is gone; it is tried again without end.
    case lost(Failure)
    case event(DomainEvent)
    /// Some of what happened is not told: everything has to be loaded anew.
    case reset
    /// There will be no more: trying again would not help.
    case ended(Failure)
}

/// Notes in the user's own editor.
public struct NotesEdit: Sendable, Hashable {
    public var task: UUID
    /// For the name of the file, and for messages.
    public var reference: String
    public var title: String
    /// The version of the task that the notes are from.
    public var base: Int
    public var notes: String
}

/// Something to be done outside, as a value.
///
/// Changes are carried out one by one, in their order; loads and the feed run beside them. What an answer tells is
/// ordered by the task's version.
public enum Effect: Sendable, Hashable {
    case signIn(Credentials)
    /// Makes the account, then signs in.
    case register(Credentials)
    /// The account's email.
    case loadAccount
    case loadLists
    /// Every task, page by page, or every deleted one; the number comes back with the pages.
    case load(Int, deleted: Bool)
    case loadTask(UUID)
    case change(Change)
    /// Opens the live feed, or, where it waits for its next attempt, makes it try at once.
    case follow
    case unfollow
    case makeID
    case editNotes(NotesEdit)
    /// To the terminal's clipboard.
    case copy(String)
    /// Draws every cell anew, whatever the terminal is thought to show.
    case redraw
    case suspend
    case quit
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
        /// Someone else has changed the task meanwhile: as it is now, where the server says it.
        case conflict(TodoTask?)
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
