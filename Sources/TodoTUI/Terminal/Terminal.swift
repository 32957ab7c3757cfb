// TodoTUITerminal: the terminal that `todo-tui` runs in: draws Kit's frames by ncurses, reads keys, hears signals, waits.
// Only this module imports ncurses, and for drawing only: keys are decoded by Kit, and signals come in through a descriptor.
// It must not know tasks, the network or what a frame means. All but ``Mailbox`` belongs to the one thread that made it.

internal import Cncurses
internal import Glibc
public import TodoTUIKit

/// Why there can be no screen, in words for people.
public struct TerminalError: Error, Sendable, Hashable {
    public var message: String

    public init(_ message: String) {
        self.message = message
    }
}

/// The screen, from ``init()`` to ``close()``. Whatever ends the program in between, the terminal is put back.
public final class Terminal {
    private let screen: OpaquePointer
    private let palette: Palette
    private let encoder = CellEncoder()
    private let modes: TerminalModes
    private var shown: Frame?
    private var isOpen = true

    /// Takes over standard input and output.
    public init() throws(TerminalError) {
        guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else {
            throw TerminalError("todo-tui needs a terminal for its input and output. In a pipe or a script, use todo.")
        }
        try Terminal.checkType()
        Terminal.setLocale()
        let modes = TerminalModes()
        guard let screen = todo_open_screen() else {
            throw TerminalError("The terminal can't be used: ncurses could not start. Is TERM right?")
        }
        self.screen = screen
        self.modes = modes
        raw()
        noecho()
        nonl()
        palette = Palette()
        CrashGuard.install(restoring: modes)
        modes.enter()
        resize()
    }

    deinit { close() }

    /// As the kernel tells it.
    public var size: Size {
        var window = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0, window.ws_row > 0 else {
            return Size(columns: Int(getmaxx(todo_screen())), rows: Int(getmaxy(todo_screen())))
        }
        return Size(columns: Int(window.ws_col), rows: Int(window.ws_row))
    }

    /// Brings the screen from the last frame to this one. Only what differs is sent.
    public func draw(_ frame: Frame) {
        let columns = Int(getmaxx(todo_screen()))
        let rows = min(frame.size.rows, Int(getmaxy(todo_screen())))
        let before = shown?.size == frame.size ? shown : nil
        for row in 0..<rows {
            guard let range = Terminal.difference(frame.rows[row], before?.rows[row]) else { continue }
            draw(frame.rows[row], range, row, columns: columns)
        }
        if let caret = frame.caret, caret.row < rows, caret.column < columns {
            curs_set(1)
            move(Int32(caret.row), Int32(caret.column))
        } else {
            curs_set(0)
        }
        refresh()
        shown = frame
    }

    /// The columns from the first to the last that differ; nil where none does.
    private static func difference(_ cells: [Cell], _ before: [Cell]?) -> Range<Int>? {
        guard let before, before.count == cells.count else { return cells.indices }
        guard var first = cells.indices.first(where: { cells[$0] != before[$0] }),
            let last = cells.indices.last(where: { cells[$0] != before[$0] })
        else { return nil }
        // Not in the middle of a wide character, of the new ones or the old ones.
        while first > 0, cells[first].width == 0 || before[first].width == 0 { first -= 1 }
        return first..<last + 1
    }

    private func draw(_ cells: [Cell], _ range: Range<Int>, _ row: Int, columns: Int) {
        var column = range.lowerBound
        move(Int32(row), Int32(column))
        for cell in cells[range] {
            guard let character = cell.character else { continue }
            // The screen has just become narrower: the next frame will know.
            if column + cell.width > columns { return }
            let (attributes, pair) = palette.look(of: cell.style)
            for piece in encoder.pieces(of: character, columns: cell.width) {
                var piece = piece
                var encoded = cchar_t()
                setcchar(&encoded, &piece, attributes, pair, nil)
                // Reports an error for the last cell of all, though it draws it.
                add_wch(&encoded)
            }
            column += cell.width
        }
    }

    /// The next frame is drawn whole: something else has written to the terminal.
    public func forget() {
        todo_redraw_all()
        shown = nil
    }

    /// Takes the window's new size. Returns it.
    @discardableResult
    public func resize() -> Size {
        let size = size
        if size != Size(columns: Int(getmaxx(todo_screen())), rows: Int(getmaxy(todo_screen()))) {
            resizeterm(Int32(size.rows), Int32(size.columns))
        }
        forget()
        return size
    }

    /// Gives the terminal back for a while. ``resume()`` takes it again.
    public func suspend() {
        endwin()
        modes.leave()
    }

    /// Takes the terminal again, and its size.
    @discardableResult
    public func resume() -> Size {
        modes.enter()
        // After endwin this brings back the modes of the program and the alternate screen.
        refresh()
        return resize()
    }

    /// Gives text to the terminal's clipboard, where it has one.
    public func copy(_ text: String) { modes.copy(text) }

    /// Puts everything back as it was. Does nothing the second time.
    public func close() {
        guard isOpen else { return }
        isOpen = false
        endwin()
        modes.leave()
        CrashGuard.remove()
        delscreen(screen)
    }

    /// Says in words what ncurses would not: it draws on anything that it has an entry for.
    private static func checkType() throws(TerminalError) {
        let name = getenv("TERM").map { String(cString: $0) } ?? ""
        if name.isEmpty {
            throw TerminalError("TERM is not set, so the kind of terminal is not known. Try: TERM=xterm todo-tui")
        }
        var result: Int32 = 0
        guard setupterm(nil, STDOUT_FILENO, &result) == 0 else {
            throw TerminalError("The terminal “\(name)” is not known here. Try: TERM=xterm todo-tui")
        }
        guard Capability.text("cup") != nil, Capability.text("clear") != nil else {
            throw TerminalError("The terminal “\(name)” can't place the cursor, which todo-tui needs. Use todo instead.")
        }
    }

    /// Where no language is set, the text is taken for UTF-8: almost every terminal shows that.
    private static func setLocale() {
        setlocale(LC_ALL, "")
        let charset = nl_langinfo(nl_item(CODESET)).map { String(cString: $0) }
        if charset == nil || charset == "ANSI_X3.4-1968" { setlocale(LC_CTYPE, "C.UTF-8") }
    }
}
