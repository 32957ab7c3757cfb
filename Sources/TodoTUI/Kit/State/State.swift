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
        case prompt(Prompt)
        case menu(Menu)
        case confirmDelete([TodoTask])
        case conflict(Conflict)
        /// One task in full; `top`: the first line that is shown.
        case details(top: Int)
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

    /// How the server's news come.
    public enum Link: Sendable, Hashable {
        case connecting
        /// Every change is told.
        case live
        /// The server answers, but doesn't tell of changes: they come with a refresh.
        case off
        /// No answer: what is shown is what is known, and nothing can be changed.
        case away
    }

    /// A load that is on its way.
    struct Load: Sendable, Hashable {
        var number: Int
        var deleted: Bool
        var received = 0
        var total: Int?
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
    public var lists: [TodoList] = []
    /// The list's first line on the screen.
    public var top = 0
    /// Whether the keys move in the sidebar.
    public var isInSidebar = false
    public var isSidebarFolded = false
    public var isDetailsFolded = false
    /// The last message; nil when there is nothing to say.
    public var notice: Notice?
    public var link = Link.connecting
    var loads: [Load] = []
    /// What happened while a load was on its way calls for another one.
    var loadsAgain = false
    /// Whether the tasks were ever loaded, and whether the deleted ones were.
    public var hasLoaded = false
    var hasLoadedDeleted = false
    /// Tasks that are being asked for; true where one is to be asked for again, because it has changed meanwhile.
    var fetching: [UUID: Bool] = [:]
    /// Tasks of which the feed told a change while one of ours was on its way: when it happened.
    var unsettled: [UUID: Date] = [:]
    public var history = History()
    var steps: [Int: Step] = [:]
    var log = UndoLog()
    /// Refused changes that the user has yet to decide about.
    var conflicts: [Conflict] = []
    /// The user has quit, but something is still being saved.
    public var isLeaving = false
    /// Nil where the machine's clock makes no sense; then due days are plain dates.
    public var today: LocalDate?
    /// What to add to UTC for the user's clock, in seconds.
    public var utcOffset = 0
    /// The id of the next task that the user adds.
    public var nextID: UUID
    /// A task that could not be added, for another try: the line that was typed, and what was sent.
    var unsaved: (line: String, draft: TaskDraft)? {
        get { unsavedLine.flatMap { line in unsavedDraft.map { (line, $0) } } }
        set { (unsavedLine, unsavedDraft) = (newValue?.line, newValue?.draft) }
    }
    private var unsavedLine: String?
    private var unsavedDraft: TaskDraft?
    /// The lines that new tasks were typed as, until the server has them.
    var typed: [UUID: String] = [:]
    /// The last filter, for `n` and `N`.
    var lastFilter = ""
    public var keys: KeyMap
    public var theme: Theme
    var nextChange = 1
    var nextStep = 1

    /// Before ``Message/started``, which asks for the tasks.
    public init(
        size: Size, server: String, nextID: UUID, today: LocalDate? = nil, utcOffset: Int = 0, keys: KeyMap = .standard,
        theme: Theme = .terminal
    ) {
        self.size = size
        self.server = server
        self.nextID = nextID
        self.today = today
        self.utcOffset = utcOffset
        self.keys = keys
        self.theme = theme
        board.note(today: today)
    }

    public var isLoading: Bool { !loads.isEmpty }
    public var isAway: Bool { link == .away }

    mutating func say(_ kind: Notice.Kind, _ text: String) { notice = Notice(kind, text) }
}
