import TodoCore

/// One thing that `todo-backend check` looked at.
struct Finding: Encodable, Sendable {
    enum Verdict: String, Encodable, Sendable {
        case ok
        /// It works; an operator may want to know.
        case note
        /// It works, but not as it should.
        case warning
        /// It doesn't work.
        case wrong
    }

    /// `settings`, `database`, `broker` or `mail`.
    var area: String
    var subject: String
    var verdict: Verdict
    var text: String
}

/// What was found, in the order in which it was looked at.
struct CheckReport: Sendable {
    private(set) var findings: [Finding] = []

    mutating func add(_ area: String, _ subject: String, _ verdict: Finding.Verdict, _ text: String) {
        findings.append(Finding(area: area, subject: subject, verdict: verdict, text: text))
    }

    func count(_ verdict: Finding.Verdict) -> Int { findings.count { $0.verdict == verdict } }

    /// A table for people, and a last line that says how it ended.
    var table: String {
        let rows = findings.map { [$0.area, $0.subject, $0.verdict.rawValue, $0.text.replacing("\n", with: " ")] }
        let widths = (0..<3).map { column in rows.map { $0[column].count }.max() ?? 0 }
        var lines = rows.map { row in
            zip(row, widths).map { $0 + String(repeating: " ", count: max(0, $1 - $0.count)) }.joined(separator: "  ")
                + "  \(row[3])"
        }
        let (wrong, warnings) = (count(.wrong), count(.warning))
        lines.append(
            wrong > 0
                ? "\(wrong) wrong, \(warnings) to look at." : warnings > 0 ? "It works; \(warnings) to look at." : "All is well.")
        return lines.joined(separator: "\n") + "\n"
    }

    /// An array of objects for programs.
    func json() throws -> [UInt8] { try Wire.encode(findings) + [UInt8(ascii: "\n")] }
}
