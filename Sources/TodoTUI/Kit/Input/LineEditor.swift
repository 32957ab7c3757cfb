/// One line of text with a caret, edited as in a shell. Moves and deletes whole characters as people see
/// them, whatever they are made of.
public struct LineEditor: Sendable, Hashable {
    /// The text before and behind the caret.
    public private(set) var before: String
    public private(set) var after = ""

    /// The caret stands at the end of `text`.
    public init(_ text: String = "") {
        self.before = text
    }

    /// The whole line.
    public var text: String { before + after }
    public var isEmpty: Bool { before.isEmpty && after.isEmpty }

    /// Puts text in at the caret. Line breaks and tabs become spaces, other control characters vanish.
    public mutating func insert(_ text: String) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n", "\t": before.unicodeScalars.append(" ")
            case _ where scalar.properties.generalCategory == .control: continue
            default: before.unicodeScalars.append(scalar)
            }
        }
    }

    /// Does what the key says; false when it means nothing here.
    public mutating func handle(_ key: Key) -> Bool {
        switch (key.code, key.modifiers) {
        case (.character(let character), []): insert(String(character))
        case (.left, .control), (.left, .alt), (.character("b"), .alt): moveWordLeft()
        case (.right, .control), (.right, .alt), (.character("f"), .alt): moveWordRight()
        case (.left, _), (.character("b"), .control): moveLeft()
        case (.right, _), (.character("f"), .control): moveRight()
        case (.home, _), (.character("a"), .control): (before, after) = ("", text)
        case (.end, _), (.character("e"), .control): (before, after) = (text, "")
        case (.backspace, .alt), (.character("w"), .control): deleteWord()
        case (.backspace, _): _ = before.popLast()
        case (.delete, _), (.character("d"), .control): if !after.isEmpty { after.removeFirst() }
        case (.character("u"), .control): before = ""
        case (.character("k"), .control): after = ""
        default: return false
        }
        return true
    }

    private mutating func moveLeft() {
        if let character = before.popLast() { after.insert(character, at: after.startIndex) }
    }

    private mutating func moveRight() {
        if !after.isEmpty { before.append(after.removeFirst()) }
    }

    private mutating func moveWordLeft() {
        while before.last?.isWhitespace == true { moveLeft() }
        while before.last?.isWhitespace == false { moveLeft() }
    }

    private mutating func moveWordRight() {
        while after.first?.isWhitespace == true { moveRight() }
        while after.first?.isWhitespace == false { moveRight() }
    }

    private mutating func deleteWord() {
        while before.last?.isWhitespace == true { before.removeLast() }
        while before.last?.isWhitespace == false { before.removeLast() }
    }
}
