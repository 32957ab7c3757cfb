/// The rows of a file of comma-separated values: RFC 4180, and what else programs write (semicolons, tabs, LF alone, quotes
/// within a bare cell).
package struct CSVRecords: Sendable {
    package struct Record: Sendable, Hashable {
        /// Where it begins.
        package var line: Int
        package var cells: [String]
    }

    package private(set) var records: [Record] = []
    package private(set) var faults: [ExchangeFault] = []

    private enum State { case start, bare, quoted, closed }

    /// More quotes that never end than this, and the rest of the file is given up.
    private static let patience = 20

    package init(_ bytes: [UInt8]) {
        var (start, line) = (bytes.startIndex, 1)
        if let (end, separator) = CSVRecords.excelHint(bytes) {
            read(bytes, from: end, line: 2, separator: separator)
            return
        }
        while start < bytes.count, bytes[start] == 0x0A || bytes[start] == 0x0D {
            if bytes[start] == 0x0A { line += 1 }
            start += 1
        }
        read(bytes, from: start, line: line, separator: CSVRecords.separator(of: bytes[start...]))
    }

    /// Excel's own first line, `sep=;`.
    private static func excelHint(_ bytes: [UInt8]) -> (end: Int, separator: UInt8)? {
        guard bytes.count > 5, bytes.starts(with: "sep=".utf8), let end = bytes.firstIndex(of: 0x0A), (5...6).contains(end),
            end == 5 || bytes[5] == 0x0D
        else { return nil }
        return (end + 1, bytes[4])
    }

    /// The one of `,` `;` and tab that the first line has most of, outside of quotes.
    private static func separator(of bytes: ArraySlice<UInt8>) -> UInt8 {
        var counts: [UInt8: Int] = [:]
        var isQuoted = false
        for byte in bytes {
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if !isQuoted {
                if byte == 0x0A || byte == 0x0D { break }
                counts[byte, default: 0] += 1
            }
        }
        var best = UInt8(ascii: ",")
        for other in [UInt8(ascii: ";"), 0x09] where counts[other, default: 0] > counts[best, default: 0] { best = other }
        return best
    }

    private mutating func read(_ bytes: [UInt8], from first: Int, line firstLine: Int, separator: UInt8) {
        var (start, line) = (first, firstLine)
        while start < bytes.count {
            guard let failed = readAll(bytes, from: start, line: line, separator: separator) else { return }
            faults.append(ExchangeFault(line: failed.line, "a quote begins here that never ends"))
            guard faults.count < CSVRecords.patience, let end = bytes[failed.start...].firstIndex(of: 0x0A) else { return }
            (start, line) = (end + 1, failed.line + 1)
        }
    }

    /// Reads to the end. Gives where the last row begins, when it has a quote that never ends.
    private mutating func readAll(
        _ bytes: [UInt8], from first: Int, line firstLine: Int, separator: UInt8
    ) -> (start: Int, line: Int)? {
        var state = State.start
        var cell: [UInt8] = []
        var cells: [String] = []
        var isGood = true
        var line = firstLine
        var row = (start: first, line: firstLine)
        var index = first

        func endCell() {
            let text = String(validating: cell, as: UTF8.self)
            isGood = isGood && text != nil
            cells.append(text ?? "")
            cell.removeAll(keepingCapacity: true)
            state = .start
        }
        func endRow() {
            endCell()
            if !isGood {
                faults.append(ExchangeFault(line: row.line, "the row is not UTF-8"))
            } else if cells.contains(where: { !$0.isEmpty }) {
                records.append(Record(line: row.line, cells: cells))
            }
            (cells, isGood) = ([], true)
        }

        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == 0x0A { line += 1 }
            switch (state, byte) {
            case (.quoted, UInt8(ascii: "\"")): state = .closed
            case (.quoted, _): cell.append(byte)
            case (.start, UInt8(ascii: "\"")): state = .quoted
            case (.closed, UInt8(ascii: "\"")):
                cell.append(byte)
                state = .quoted
            case (_, separator): endCell()
            case (_, 0x0A):
                endRow()
                row = (index, line)
            case (_, 0x0D) where index == bytes.count || bytes[index] == 0x0A: break
            case (_, 0x0D):
                endRow()
                line += 1
                row = (index, line)
            default:
                cell.append(byte)
                if state == .start { state = .bare }
            }
        }
        if state == .quoted { return row }
        if !cell.isEmpty || !cells.isEmpty || state == .closed { endRow() }
        return nil
    }
}
