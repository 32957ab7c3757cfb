/// The formats of files of tasks.
package enum ExchangeFormat: String, CaseIterable, Sendable {
    case todotxt, taskwarrior, csv, json

    /// For people.
    package var title: String {
        switch self {
        case .todotxt: "todo.txt"
        case .taskwarrior: "Taskwarrior's JSON"
        case .csv: "CSV"
        case .json: "todo's JSON"
        }
    }

    /// What a file's name says; nil for JSON, which two formats are, and for what is none of them.
    package init?(fileName: String) {
        let name = fileName.lowercased()
        if name.hasSuffix(".csv") || name.hasSuffix(".tsv") {
            self = .csv
        } else if name.hasSuffix(".txt") {
            self = .todotxt
        } else {
            return nil
        }
    }

    /// What a file of tasks is, by its first bytes and its name; nil where nothing tells.
    package static func guess(fileName: String, bytes: [UInt8]) -> ExchangeFormat? {
        let start = bytes.prefix(1 << 16).drop { $0 <= 0x20 }
        let isJSONName = [".json", ".ndjson", ".jsonl"].contains { fileName.lowercased().hasSuffix($0) }
        if start.first == UInt8(ascii: "{") || start.first == UInt8(ascii: "[") {
            // Taskwarrior says "description" where we say "title".
            let text = String(decoding: start, as: UTF8.self)
            if text.contains("\"description\"") || text.contains("\"uuid\"") { return .taskwarrior }
            if text.contains("\"title\"") || text.contains("\"tasks\"") { return .json }
            if isJSONName { return .json }
        }
        if let format = ExchangeFormat(fileName: fileName) { return format }
        if isJSONName { return .json }
        guard !start.isEmpty else { return nil }
        let line = start.prefix { $0 != 0x0A && $0 != 0x0D }
        let cells = CSVRecords(Array(line)).records.first?.cells ?? []
        if cells.count > 1, CSVTasks.Columns(cells).places[.title] != nil { return .csv }
        return isText(start) ? .todotxt : nil
    }

    private static func isText(_ bytes: ArraySlice<UInt8>) -> Bool {
        !bytes.contains { $0 < 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }
    }
}
