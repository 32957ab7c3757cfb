/// One key as the user pressed it.
public struct Key: Sendable, Hashable {
    /// Which key it is.
    public enum Code: Sendable, Hashable {
        /// What the key types. With ``Modifiers/control``, the letter is in lower case.
        case character(Character)
        case up, down, left, right, home, end, pageUp, pageDown, insert, delete
        case enter, tab, backspace, escape
        /// F1 is 1.
        case function(Int)
    }

    /// The keys held down. Shift is told only where the key itself doesn't say it (not for letters).
    public struct Modifiers: OptionSet, Sendable, Hashable {
        public let rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        public static let shift = Modifiers(rawValue: 1)
        public static let alt = Modifiers(rawValue: 2)
        public static let control = Modifiers(rawValue: 4)
    }

    public var code: Code
    public var modifiers: Modifiers

    public init(_ code: Code, _ modifiers: Modifiers = []) {
        self.code = code
        self.modifiers = modifiers
    }

    /// The key that types this character.
    public static func character(_ character: Character) -> Key { Key(.character(character)) }
    /// The letter with Ctrl held down.
    public static func control(_ letter: Character) -> Key { Key(.character(letter), .control) }
}

extension Key: CustomStringConvertible {
    /// As the help and the key hints write it: `a`, `Ctrl-L`, `PgUp`.
    public var description: String {
        var text = ""
        if modifiers.contains(.control) { text += "Ctrl-" }
        if modifiers.contains(.alt) { text += "Alt-" }
        if modifiers.contains(.shift) { text += "Shift-" }
        switch code {
        case .character(" "): return text + "Space"
        case .character(let character):
            return text + (modifiers.contains(.control) ? character.uppercased() : String(character))
        case .up: return text + "↑"
        case .down: return text + "↓"
        case .left: return text + "←"
        case .right: return text + "→"
        case .home: return text + "Home"
        case .end: return text + "End"
        case .pageUp: return text + "PgUp"
        case .pageDown: return text + "PgDn"
        case .insert: return text + "Ins"
        case .delete: return text + "Del"
        case .enter: return text + "Enter"
        case .tab: return text + "Tab"
        case .backspace: return text + "Backspace"
        case .escape: return text + "Esc"
        case .function(let number): return text + "F\(number)"
        }
    }
}

/// What the user does at the keyboard.
public enum Input: Sendable, Hashable {
    case key(Key)
    /// Text that was pasted as a whole, where the terminal tells so. It never acts as commands.
    case paste(String)
    case mouse(Mouse)
}

/// What the user does with the mouse.
public struct Mouse: Sendable, Hashable {
    public enum Action: Sendable, Hashable { case press, scrollUp, scrollDown }

    public var action: Action
    public var place: Position

    public init(_ action: Action, at place: Position) {
        self.action = action
        self.place = place
    }
}
