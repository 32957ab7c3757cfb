// TodoTUIKit: what `todo-tui` is, without a terminal: State, Message, `state.update(message) -> [Effect]`, `state.view() -> Frame`.
// Only `update` changes state, effects are values that someone else carries out, frames are styled cells that someone else draws.
// It must not know ncurses, the network, the clock or chance: the same messages always give the same frames.

/// A number of columns and rows, of a terminal or a part of it.
public struct Size: Sendable, Hashable {
    public var columns: Int
    public var rows: Int

    public init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
    }
}

/// A cell's place; the upper left one is (0, 0).
public struct Position: Sendable, Hashable {
    public var column: Int
    public var row: Int

    public init(column: Int, row: Int) {
        self.column = column
        self.row = row
    }
}
