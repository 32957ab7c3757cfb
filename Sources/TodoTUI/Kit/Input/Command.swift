/// What the user can do in the list of tasks, whatever key it is on.
public enum Command: Sendable, Hashable, CaseIterable {
    case up, down, pageUp, pageDown, first, last
    case add, toggle, delete, filter, clear, refresh
    case help, suspend, quit, quitNow
}

/// Which key does what in the list of tasks.
public struct KeyMap: Sendable, Hashable {
    /// In the order in which the help shows the keys.
    public let bindings: [Binding]
    private let commands: [Key: Command]

    /// A command and all its keys, the best known first.
    public struct Binding: Sendable, Hashable {
        public var command: Command
        public var keys: [Key]

        public init(_ command: Command, _ keys: Key...) {
            self.command = command
            self.keys = keys
        }
    }

    /// A key that is bound twice does the first.
    public init(_ bindings: [Binding]) {
        self.bindings = bindings
        let pairs = bindings.flatMap { binding in binding.keys.map { ($0, binding.command) } }
        commands = Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }

    /// Nil for a key that does nothing here.
    public func command(for key: Key) -> Command? { commands[key] }

    /// The keys of a command, the best known first.
    public func keys(for command: Command) -> [Key] { bindings.filter { $0.command == command }.flatMap(\.keys) }

    /// The keys that the program starts with.
    public static let standard = KeyMap([
        Binding(.up, Key(.up), .character("k"), .control("p")),
        Binding(.down, Key(.down), .character("j"), .control("n")),
        Binding(.pageUp, Key(.pageUp), .control("b")),
        Binding(.pageDown, Key(.pageDown), .control("f")),
        Binding(.first, .character("g"), Key(.home)),
        Binding(.last, .character("G"), Key(.end)),
        Binding(.add, .character("a")),
        Binding(.toggle, .character(" ")),
        Binding(.delete, .character("x"), .character("D"), Key(.delete)),
        Binding(.filter, .character("/")),
        Binding(.clear, Key(.escape)),
        Binding(.refresh, .character("r"), .control("l")),
        Binding(.help, .character("?"), Key(.function(1))),
        Binding(.suspend, .control("z")),
        Binding(.quit, .character("q")),
        Binding(.quitNow, .control("c")),
    ])
}
