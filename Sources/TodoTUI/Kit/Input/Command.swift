/// What the user can do on the board, whatever key it is on. The raw value is its name in `config.toml`.
public enum Command: String, Sendable, Hashable, CaseIterable {
    case up, down
    case pageUp = "page-up"
    case pageDown = "page-down"
    case first, last
    case filter
    case nextMatch = "next-match"
    case previousMatch = "previous-match"
    case clear
    case sidebar, left, right
    case previousView = "previous-view"
    case nextView = "next-view"
    case today = "view-today"
    case overdue = "view-overdue"
    case upcoming = "view-upcoming"
    case all = "view-all"
    case doneTasks = "view-done"
    case deletedTasks = "view-deleted"
    case add
    case toggle = "done"
    case edit, notes, due, priority
    case raise = "priority-up"
    case lower = "priority-down"
    case tags, move, delete, restore, undo, redo
    case mark
    case markAll = "mark-all"
    case copy
    case sort, fold
    case foldSidebar = "fold-sidebar"
    case foldDetails = "fold-details"
    case open, command, refresh, help, suspend, quit
    case quitNow = "quit-now"

    /// What it does, for the help.
    public var words: String {
        switch self {
        case .up: "one up"
        case .down: "one down"
        case .pageUp: "a page up"
        case .pageDown: "a page down"
        case .first: "to the first"
        case .last: "to the last"
        case .filter: "show only what contains these words"
        case .nextMatch: "to the next match"
        case .previousMatch: "to the match before"
        case .clear: "take back message, marks, filter"
        case .sidebar: "between the tasks and the sidebar"
        case .left: "to the sidebar"
        case .right: "to the tasks"
        case .previousView: "the view above"
        case .nextView: "the view below"
        case .today: "what is due today"
        case .overdue: "what is overdue"
        case .upcoming: "what is due later"
        case .all: "all tasks"
        case .doneTasks: "what is done"
        case .deletedTasks: "what is deleted"
        case .add: "add a task: due:fri p:high +list @tag"
        case .toggle: "done, or open again"
        case .edit: "edit the title in its place"
        case .notes: "edit the notes in $EDITOR"
        case .due: "set the day it is due"
        case .priority: "set the priority"
        case .raise: "priority up"
        case .lower: "priority down"
        case .tags: "set the tags"
        case .move: "move to another list"
        case .delete: "delete (asks first)"
        case .restore: "restore what was deleted"
        case .undo: "undo your last change"
        case .redo: "redo what was undone"
        case .mark: "mark; then keys act on all marked"
        case .markAll: "mark all that is shown, or none"
        case .copy: "copy the reference"
        case .sort: "choose the order"
        case .fold: "fold the done ones away"
        case .foldSidebar: "fold the sidebar away"
        case .foldDetails: "fold the details away"
        case .open: "the whole task"
        case .command: "a command in words: :done 12"
        case .refresh: "load anew, draw anew"
        case .help: "this help"
        case .suspend: "to the shell (back with fg)"
        case .quit: "quit, when all is saved"
        case .quitNow: "quit at once"
        }
    }

    /// In the order of the help, each group under its heading.
    static let groups: [(heading: String, commands: [Command])] = [
        ("Moving", [.up, .down, .pageUp, .pageDown, .first, .last, .filter, .nextMatch, .previousMatch, .clear]),
        (
            "Tasks",
            [
                .add, .toggle, .edit, .notes, .due, .priority, .raise, .lower, .tags, .move, .delete, .restore, .undo, .redo,
                .copy,
            ]
        ),
        ("Several tasks", [.mark, .markAll]),
        (
            "Views",
            [
                .sidebar, .left, .right, .previousView, .nextView, .today, .overdue, .upcoming, .all, .doneTasks, .deletedTasks,
            ]
        ),
        ("Screen", [.open, .sort, .fold, .foldSidebar, .foldDetails, .refresh]),
        ("Program", [.command, .help, .suspend, .quit, .quitNow]),
    ]

    /// The view that it shows.
    var view: TaskView? {
        switch self {
        case .today: .today
        case .overdue: .overdue
        case .upcoming: .upcoming
        case .all: .all
        case .doneTasks: .done
        case .deletedTasks: .deleted
        default: nil
        }
    }

    /// Whether it changes tasks, so that it needs the server.
    var changesTasks: Bool {
        switch self {
        case .add, .toggle, .edit, .notes, .due, .priority, .raise, .lower, .tags, .move, .delete, .restore, .undo, .redo: true
        default: false
        }
    }
}
