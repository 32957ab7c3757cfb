/// Which key does what on the board.
public struct KeyMap: Sendable, Hashable {
    private var keys: [Command: [Key]]
    private var commands: [Key: Command] = [:]

    /// Why keys can't be bound so, in words for people.
    public struct Fault: Error, Sendable, Hashable {
        public var message: String
    }

    /// The program's own keys, with these instead for some commands.
    ///
    /// - Parameter changes: Names as in ``Command``, each with its keys between spaces (`"u ctrl-z"`; empty for none).
    /// - Throws: Where there is no such command or key, or one key would do two things.
    public init(changes: [(name: String, keys: String)] = []) throws(Fault) {
        keys = KeyMap.own
        for (name, text) in changes {
            guard let command = Command(rawValue: name) else {
                let near = Command.allCases.map(\.rawValue).filter { $0.hasPrefix(name.prefix(3)) }
                let hint = near.isEmpty ? "docs/tui.md lists them all" : "there is \(near.joined(separator: ", "))"
                throw Fault(message: "there is no command \(name); \(hint)")
            }
            var bound: [Key] = []
            for word in text.split(separator: " ") {
                guard let key = Key(name: String(word)) else {
                    throw Fault(message: "\(name): there is no key \(word); write a, ?, space, ctrl-r, alt-x, pgup, f2 …")
                }
                bound.append(key)
            }
            keys[command] = bound
        }
        for command in Command.allCases {
            for key in keys[command] ?? [] {
                if let other = commands[key], other != command {
                    throw Fault(
                        message: "the key \(key) is both \(other.rawValue) and \(command.rawValue); give one of them another")
                }
                commands[key] = command
            }
        }
        for command in [Command.quitNow, .help] where (keys[command] ?? []).isEmpty {
            throw Fault(message: "\(command.rawValue) needs a key")
        }
    }

    private init() {
        keys = KeyMap.own
        for (command, bound) in keys { for key in bound { commands[key] = command } }
    }

    /// Nil for a key that does nothing here.
    public func command(for key: Key) -> Command? { commands[key] }

    /// The keys of a command, the best known first.
    public func keys(for command: Command) -> [Key] { keys[command] ?? [] }

    /// The best known key, as people write it; empty where there is none.
    func name(_ command: Command) -> String { keys[command]?.first.map { "\($0)" } ?? "" }

    /// The keys that the program starts with.
    public static let standard = KeyMap()

    private static let own: [Command: [Key]] = [
        .up: [Key(.up), .character("k"), .control("p")], .down: [Key(.down), .character("j"), .control("n")],
        .pageUp: [Key(.pageUp), .control("b")], .pageDown: [Key(.pageDown), .control("f")],
        .first: [.character("g"), Key(.home)], .last: [.character("G"), Key(.end)],
        .filter: [.character("/")], .nextMatch: [.character("n")], .previousMatch: [.character("N")],
        .clear: [Key(.escape)], .sidebar: [Key(.tab)],
        .left: [.character("h"), Key(.left)], .right: [.character("l"), Key(.right)],
        .previousView: [.character("[")], .nextView: [.character("]")],
        .today: [.character("1")], .overdue: [.character("2")], .upcoming: [.character("3")], .all: [.character("4")],
        .doneTasks: [.character("5")], .deletedTasks: [.character("6")],
        .add: [.character("a")], .toggle: [.character(" ")], .edit: [.character("e")], .notes: [.character("E")],
        .due: [.character("d")], .priority: [.character("p")], .raise: [.character("+")], .lower: [.character("-")],
        .tags: [.character("t")], .move: [.character("m")],
        .delete: [.character("x"), .character("D"), Key(.delete)], .restore: [.character("R")],
        .undo: [.character("u")], .redo: [.control("r")], .mark: [.character("v")], .markAll: [.character("*")],
        .copy: [.character("y")], .sort: [.character("s")], .fold: [.character("z")], .foldSidebar: [.character("b")],
        .foldDetails: [.character("i")], .open: [Key(.enter)], .command: [.character(":")],
        .refresh: [.character("r"), .control("l")], .help: [.character("?"), Key(.function(1))],
        .suspend: [.control("z")], .quit: [.character("q")], .quitNow: [.control("c")],
    ]
}

extension Key {
    /// Reads a key's name as `config.toml` has it: `a`, `G`, `?`, `space`, `ctrl-r`, `alt-x`, `shift-tab`, `pgup`, `f2`.
    public init?(name: String) {
        var rest = name[...], modifiers: Modifiers = []
        let prefixes: [(String, Modifiers)] = [("ctrl-", .control), ("alt-", .alt), ("shift-", .shift)]
        while let (prefix, modifier) = prefixes.first(where: { rest.lowercased().hasPrefix($0.0) && rest.count > $0.0.count }) {
            rest = rest.dropFirst(prefix.count)
            modifiers.insert(modifier)
        }
        if let character = rest.first, rest.count == 1 {
            guard !character.isWhitespace, character.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
            else { return nil }
            let isLetter = modifiers.contains(.control)
            self.init(.character(isLetter ? Character(character.lowercased()) : character), modifiers)
            return
        }
        let names: [String: Code] = [
            "space": .character(" "), "up": .up, "down": .down, "left": .left, "right": .right, "home": .home, "end": .end,
            "pgup": .pageUp, "pgdn": .pageDown, "ins": .insert, "del": .delete, "enter": .enter, "tab": .tab,
            "backspace": .backspace, "esc": .escape,
        ]
        let word = rest.lowercased()
        if let code = names[word] {
            self.init(code, modifiers)
        } else if word.first == "f", let number = Int(word.dropFirst()), (1...12).contains(number) {
            self.init(.function(number), modifiers)
        } else {
            return nil
        }
    }
}
