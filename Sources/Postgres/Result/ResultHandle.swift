internal import Clibpq

/// Owns a `PGresult`; rows read from its memory when they are decoded.
// Sendable: libpq never changes a result after it was made, and PQclear comes with the last reference.
@usableFromInline
final class ResultHandle: @unchecked Sendable {
    private let result: OpaquePointer
    @usableFromInline let rowCount: Int
    @usableFromInline let columnCount: Int

    init(_ result: OpaquePointer) {
        self.result = result
        rowCount = Int(PQntuples(result))
        columnCount = Int(PQnfields(result))
    }

    deinit { PQclear(result) }

    /// How many rows the statement changed, or returned.
    var affectedRows: Int { Int(String(cString: PQcmdTuples(result))) ?? 0 }

    /// What the server did, like `ROLLBACK` where `COMMIT` was asked for.
    var commandTag: String { String(cString: PQcmdStatus(result)) }

    func name(ofColumn column: Int) -> String { PQfname(result, Int32(column)).map { String(cString: $0) } ?? "" }

    /// The first column of that name.
    func column(named name: String) -> Int? { (0..<columnCount).first { self.name(ofColumn: $0) == name } }

    /// A cell's bytes, nil for NULL. They live as long as the handle.
    @usableFromInline
    func cell(_ row: Int, _ column: Int) -> UnsafeRawBufferPointer? {
        let (row, column) = (Int32(truncatingIfNeeded: row), Int32(truncatingIfNeeded: column))
        guard PQgetisnull(result, row, column) == 0, let value = PQgetvalue(result, row, column) else { return nil }
        return UnsafeRawBufferPointer(start: value, count: Int(PQgetlength(result, row, column)))
    }

    @usableFromInline
    func type(ofColumn column: Int) -> PostgresType { PostgresType(rawValue: PQftype(result, Int32(truncatingIfNeeded: column))) }
}
