/// The objects of a file of JSON: an array of them, one object, or one a line.
struct JSONFile {
    struct Record {
        var line: Int
        var node: JSONNode
    }

    private(set) var records: [Record] = []
    private(set) var faults: [ExchangeFault] = []

    /// A file with one object a line, as Taskwarrior writes it, loses only its bad lines; another one what comes after its
    /// first fault.
    init(_ bytes: [UInt8]) {
        let whole = JSONFile(document: bytes)
        if whole.faults.isEmpty {
            self = whole
        } else {
            let lines = JSONFile(lines: bytes)
            self = lines.records.count >= whole.records.count && lines.faults.count <= lines.records.count ? lines : whole
        }
    }

    private init(document bytes: [UInt8]) {
        var parser = JSONParser(bytes[...])
        var counter = LineCounter(bytes)
        var isInArray = false
        do throws(JSONFault) {
            while true {
                parser.skipSpace()
                if isInArray, parser.take(UInt8(ascii: "]")) {
                    isInArray = false
                    continue
                }
                if parser.offset == bytes.endIndex { break }
                // Commas between lines are what Taskwarrior left before 2.4.
                if parser.take(UInt8(ascii: ",")) { continue }
                if !isInArray, parser.take(UInt8(ascii: "[")) {
                    isInArray = true
                    continue
                }
                let start = parser.offset
                let node = try parser.value()
                records.append(Record(line: counter.line(of: start), node: node))
            }
            if isInArray { throw JSONFault(offset: bytes.endIndex, reason: "the ] at the end is missing: the file is cut off") }
        } catch { faults.append(ExchangeFault(line: counter.line(of: error.offset), error.reason)) }
    }

    private init(lines bytes: [UInt8]) {
        for (index, slice) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            var line = slice
            while let first = line.first, first <= 0x20 { line.removeFirst() }
            while let last = line.last, last <= 0x20 || last == UInt8(ascii: ",") { line.removeLast() }
            if line.isEmpty || line.elementsEqual("[".utf8) || line.elementsEqual("]".utf8) { continue }
            do throws(JSONFault) {
                records.append(Record(line: index + 1, node: try JSONParser.parse(line)))
            } catch {
                faults.append(ExchangeFault(line: index + 1, error.reason))
            }
        }
    }
}

/// Finds the lines of offsets that are asked for in their order.
private struct LineCounter {
    private let bytes: [UInt8]
    private var offset = 0
    private var line = 1

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func line(of target: Int) -> Int {
        // A fault inside of a value may lie before the value's end, never before its start.
        while offset < min(target, bytes.count) {
            if bytes[offset] == 0x0A { line += 1 }
            offset += 1
        }
        return line
    }
}
