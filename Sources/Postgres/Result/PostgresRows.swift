/// All rows of a result, in the memory that libpq read them into. Values are decoded when asked for.
public struct PostgresRows: Sendable, RandomAccessCollection {
    @usableFromInline let result: ResultHandle

    init(_ result: ResultHandle) { self.result = result }

    @inlinable public var startIndex: Int { 0 }
    @inlinable public var endIndex: Int { result.rowCount }

    @inlinable
    public subscript(position: Int) -> PostgresRow {
        precondition(indices.contains(position), "row \(position) of \(count)")
        return PostgresRow(result: result, index: position)
    }

    /// How many rows the statement changed; of a SELECT, how many it returned.
    public var affectedRows: Int { result.affectedRows }

    /// The columns' names, in order.
    public var columns: [String] { (0..<result.columnCount).map(result.name(ofColumn:)) }

    /// Reads every row as `PostgresRow.decode(_:)` does.
    @inlinable
    public func decode<each T: PostgresDecodable>(
        _ types: repeat (each T).Type, file: StaticString = #fileID, line: UInt = #line
    ) throws(PostgresError) -> [(repeat each T)] {
        var all: [(repeat each T)] = []
        all.reserveCapacity(count)
        for row in self { all.append(try row.decode(repeat each types, file: file, line: line)) }
        return all
    }

    /// Reads every row of a result with one column.
    @inlinable
    public func decode<T: PostgresDecodable>(
        _ type: T.Type, file: StaticString = #fileID, line: UInt = #line
    ) throws(PostgresError) -> [T] {
        var all: [T] = []
        all.reserveCapacity(count)
        for row in self { all.append(try row.decode(type, file: file, line: line)) }
        return all
    }
}

/// One row of a result.
public struct PostgresRow: Sendable {
    @usableFromInline let result: ResultHandle
    @usableFromInline let index: Int

    @inlinable
    init(result: ResultHandle, index: Int) {
        self.result = result
        self.index = index
    }

    /// Reads all columns by position. There must be as many types as columns; NULL needs an Optional.
    ///
    /// - Throws: `.decoding`, naming the column.
    @inlinable
    public func decode<each T: PostgresDecodable>(
        _ types: repeat (each T).Type, file: StaticString = #fileID, line: UInt = #line
    ) throws(PostgresError) -> (repeat each T) {
        var wanted = 0
        for _ in repeat each types { wanted += 1 }
        guard wanted == result.columnCount else { throw wrongCount(wanted, file, line) }
        var column = 0
        return (repeat try next((each T).self, &column, file, line))
    }

    /// Reads the only column. (The compiler does not take a pack of one for its element wherever it infers the type.)
    ///
    /// - Throws: `.decoding`.
    @inlinable
    public func decode<T: PostgresDecodable>(
        _ type: T.Type, file: StaticString = #fileID, line: UInt = #line
    ) throws(PostgresError) -> T {
        guard result.columnCount == 1 else { throw wrongCount(1, file, line) }
        return try cell(0, type, file, line)
    }

    /// Reads the column of that name.
    ///
    /// - Throws: `.decoding`, also where there is no such column.
    public func decode<T: PostgresDecodable>(
        _ column: String, as type: T.Type = T.self, file: StaticString = #fileID, line: UInt = #line
    ) throws(PostgresError) -> T {
        guard let number = result.column(named: column) else {
            throw PostgresError(.decoding, "no column \(column) in the result").at(file, line)
        }
        return try cell(number, T.self, file, line)
    }

    /// Calls `body` with the bytes of a cell in the binary format of its type, nil for NULL: for callers that write them
    /// elsewhere without making values of them. They live as long as the call.
    @inlinable
    public func withBytes<R>(ofColumn column: Int, _ body: (UnsafeRawBufferPointer?) throws -> R) rethrows -> R {
        precondition((0..<result.columnCount).contains(column), "column \(column) of \(result.columnCount)")
        return try withExtendedLifetime(result) { try body(result.cell(index, column)) }
    }

    @inlinable
    func next<T: PostgresDecodable>(
        _ type: T.Type, _ column: inout Int, _ file: StaticString, _ line: UInt
    ) throws(PostgresError) -> T {
        defer { column += 1 }
        return try cell(column, type, file, line)
    }

    @inlinable
    func cell<T: PostgresDecodable>(
        _ column: Int, _ type: T.Type, _ file: StaticString, _ line: UInt
    ) throws(PostgresError) -> T {
        do {
            return try withExtendedLifetime(result) { () throws(PostgresError) -> T in
                try T(postgresCell: result.cell(index, column), type: result.type(ofColumn: column))
            }
        } catch {
            throw named(error, column, file, line)
        }
    }

    @usableFromInline
    func named(_ error: PostgresError, _ column: Int, _ file: StaticString, _ line: UInt) -> PostgresError {
        error.prefixed("column \(result.name(ofColumn: column)): ").at(file, line)
    }

    @usableFromInline
    func wrongCount(_ wanted: Int, _ file: StaticString, _ line: UInt) -> PostgresError {
        PostgresError(.decoding, "\(result.columnCount) columns where \(wanted) are wanted").at(file, line)
    }
}
