public import TodoCore

/// A line that the user types.
public struct Prompt: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        /// A new task in the grammar of quick-add.
        case add
        /// `before`: the filter that Esc brings back.
        case filter(before: String)
        /// The title, in its place in the list.
        case title
        case due, tags, list
        /// A command with the command line's words.
        case command
    }

    public var kind: Kind
    public var editor: LineEditor
    /// What is being edited: as it was when the editing began, so that nobody else's change is overwritten.
    public var targets: [TodoTask]

    init(_ kind: Kind, _ text: String = "", targets: [TodoTask] = []) {
        self.kind = kind
        editor = LineEditor(text)
        self.targets = targets
    }
}

/// A few choices, each with a key of its own.
public struct Menu: Sendable, Hashable {
    public enum Kind: Sendable, Hashable { case priority, sort }

    public struct Choice: Sendable, Hashable {
        public var key: Character
        public var text: String
    }

    public var kind: Kind
    /// The choice under the cursor.
    public var selected: Int
    public var targets: [TodoTask] = []

    public var choices: [Choice] {
        switch kind {
        case .priority:
            [("3", "high   !!!"), ("2", "medium !!"), ("1", "low    !"), ("0", "none")].map { Choice(key: $0, text: $1) }
        case .sort: TaskSort.allCases.map { Choice(key: $0.key, text: $0.name) } + [Choice(key: "v", text: "as suits the view")]
        }
    }
}

/// A change that the server refused because someone else had changed the task meanwhile.
public struct Conflict: Sendable, Hashable {
    public var change: Change
    public var patch: TaskPatch
    /// As it is now.
    public var theirs: TodoTask
}
