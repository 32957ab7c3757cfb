public import FoundationEssentials
public import TodoCore

/// All that the program knows. Nothing else decides what is on the screen.
public struct State: Sendable, Hashable {
    /// What fills the screen.
    public enum Screen: Sendable, Hashable {
        case account(AccountForm)
        case board
    }

    /// What the keys mean on the board.
    public enum Mode: Sendable, Hashable {
        case browse
        case add(LineEditor)
        /// `before`: the filter that Esc brings back.
        case filter(LineEditor, before: String)
        case confirmDelete(Board.Item)
        /// `top`: the first line that is shown.
        case help(top: Int)
    }

    /// What the status line says.
    public struct Notice: Sendable, Hashable {
        public enum Kind: Sendable, Hashable { case information, success, failure }
        public var kind: Kind
        public var text: String

        public init(_ kind: Kind, _ text: String) {
            self.kind = kind
            self.text = text
        }
    }

    /// Of the terminal.
    public var size: Size
    /// The server's name as people know it: `localhost:8080`.
    public var server: String
    /// The account's email, once it is known.
    public var account: String?
    public var screen = Screen.board
    public var mode = Mode.browse
    public var board = Board()
    /// The list's first line on the screen.
    public var top = 0
    /// The last message; nil when there is nothing to say.
    public var notice: Notice?
    /// The tasks were asked for and haven't come.
    public var isLoading = false
    /// Whether the tasks were ever loaded.
    public var hasLoaded = false
    /// The last request got no answer.
    public var isAway = false
    /// The user has quit, but something is still being saved.
    public var isLeaving = false
    /// Nil where the machine's clock makes no sense; then due days are plain dates.
    public var today: LocalDate?
    /// The id of the next task that the user adds.
    public var nextID: UUID
    /// A task that could not be added, for another try.
    public var unsaved: TaskDraft?
    public var keys = KeyMap.standard
    public var theme = Theme.standard
    var nextChange = 1

    /// Before ``Message/started``, which asks for the tasks.
    public init(size: Size, server: String, nextID: UUID, today: LocalDate? = nil) {
        self.size = size
        self.server = server
        self.nextID = nextID
        self.today = today
    }

    mutating func say(_ kind: Notice.Kind, _ text: String) { notice = Notice(kind, text) }
}
