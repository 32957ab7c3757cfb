/// One column of one row.
public struct Cell: Sendable, Hashable {
    /// What the column shows; nil where the wide character of a column before reaches into this one.
    public var character: Character?
    /// How many columns the character takes, this one included; 0 where one before it reaches into this column.
    public var width: Int
    public var style: Style

    public init(_ character: Character?, width: Int = 1, _ style: Style = .plain) {
        self.character = character
        self.width = width
        self.style = style
    }

    /// A space.
    public static let blank = Cell(" ")
}

/// A whole picture of the screen. Everything in it is harmless to a terminal.
public struct Frame: Sendable, Hashable {
    public let size: Size
    /// Row by row, each of `size.columns` cells.
    public private(set) var rows: [[Cell]]
    /// Where the caret blinks; nil hides it.
    public var caret: Position?

    /// A blank one. Negative sizes count as 0.
    public init(size: Size, _ style: Style = .plain) {
        self.size = Size(columns: max(0, size.columns), rows: max(0, size.rows))
        rows = Array(repeating: Array(repeating: Cell(" ", style), count: self.size.columns), count: self.size.rows)
    }

    /// Writes text to the right of a place, as far as `columns` and the frame reach; what lies outside is left out.
    /// Returns the column behind the text.
    @discardableResult
    public mutating func write(
        _ text: some StringProtocol, at column: Int, _ row: Int, _ style: Style, columns: Int = .max
    ) -> Int {
        guard rows.indices.contains(row) else { return column }
        let end = min(size.columns, columns == .max ? .max : column + max(0, columns))
        var column = column
        if Text.isPlain(text) {
            for byte in text.utf8 {
                guard column >= 0, column < end else { break }
                put(Cell(Frame.ascii[Int(byte)], style), at: column, row)
                column += 1
            }
            return column
        }
        for character in text {
            var shown = Text.shown(character)
            var width = Text.width(shown)
            if width == 0 {
                // A mark with nothing before it to stand on. What is invisible altogether takes no cell.
                guard shown.unicodeScalars.contains(where: { $0.properties.canonicalCombiningClass != .notReordered })
                else { continue }
                shown = Character(" " + String(shown))
                width = 1
            }
            guard column >= 0, column + width <= end else { break }
            put(Cell(shown, width: width, style), at: column, row)
            column += width
        }
        return column
    }

    /// Fills a rectangle with blanks of this style. Parts outside of the frame are left out.
    public mutating func fill(_ columns: Range<Int>, _ rows: Range<Int>, _ style: Style = .plain) {
        let blank = Cell(" ", style)
        for row in rows.clamped(to: 0..<size.rows) {
            for column in columns.clamped(to: 0..<size.columns) { put(blank, at: column, row) }
        }
    }

    /// Lays a tint over what is there: its background, its foreground where it has one, and its attributes too.
    mutating func tint(_ columns: Range<Int>, row: Int, _ tint: Style) {
        guard rows.indices.contains(row) else { return }
        for column in columns.clamped(to: 0..<size.columns) {
            rows[row][column].style = rows[row][column].style.tinted(tint)
        }
    }

    private static let ascii = (0..<128).map { Character(Unicode.Scalar(UInt8($0))) }

    /// Never leaves a part of a wide character behind.
    private mutating func put(_ cell: Cell, at column: Int, _ row: Int) {
        if cell.width == 1, rows[row][column].width == 1 {
            rows[row][column] = cell
            return
        }
        for column in column..<column + cell.width { clearAround(column, row) }
        rows[row][column] = cell
        for column in column + 1..<max(column + 1, column + cell.width) { rows[row][column] = Cell(nil, width: 0, cell.style) }
    }

    /// Blanks the whole character that this column is a part of.
    private mutating func clearAround(_ column: Int, _ row: Int) {
        guard rows[row][column].width != 1 else { return }
        var first = column
        while rows[row][first].width == 0 { first -= 1 }
        for column in first..<first + rows[row][first].width { rows[row][column] = Cell(" ", rows[row][column].style) }
    }

    /// The row's text as a reader sees it, without the blanks at its end.
    public func text(row: Int) -> String {
        var text = ""
        for cell in rows[row] { if let character = cell.character { text.append(character) } }
        while text.last == " " { text.removeLast() }
        return text
    }
}
