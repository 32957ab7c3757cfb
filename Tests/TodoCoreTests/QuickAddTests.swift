import FoundationEssentials
import Testing
import TodoCore

/// One line of the table that the page is held to as well: what is read, and what it has to give.
private struct Vector: Decodable {
    var text: String
    var today: LocalDate
    var lists: Set<String>?
    var outcome: Outcome

    enum CodingKeys: CodingKey { case text, today, lists }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        text = try container.decode(String.self, forKey: .text)
        today = try container.decode(LocalDate.self, forKey: .today)
        lists = try container.decodeIfPresent(Set<String>.self, forKey: .lists)
        outcome = try Outcome(from: decoder)
    }

    static func all() throws -> [Vector] {
        let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let data = try Data(contentsOf: URL(filePath: "\(root)/Tests/Vectors/quick-add.json"))
        return try JSONDecoder().decode([Vector].self, from: data)
    }
}

private struct Outcome: Decodable, Equatable {
    var title: String
    var due_on: LocalDate?
    var priority: Int?
    var list: String?
    var tags: [String]
    var summary: String
    var understood: [Word]
    var faults: [Word]

    struct Word: Decodable, Equatable {
        var kind: String
        var text: String
        var utf8: [Int]
        var utf16: [Int]
        var message: String?
    }

    init(_ read: QuickAdd) {
        title = read.title
        due_on = read.dueOn
        priority = read.priority
        list = read.list
        tags = read.tags
        summary = read.summary
        understood = read.understood.map {
            Word(kind: $0.kind.rawValue, text: $0.text, utf8: $0.utf8.bounds, utf16: $0.utf16.bounds)
        }
        faults = read.faults.map {
            Word(kind: $0.kind.rawValue, text: $0.text, utf8: $0.utf8.bounds, utf16: $0.utf16.bounds, message: $0.message)
        }
    }
}

extension Range<Int> {
    fileprivate var bounds: [Int] { [lowerBound, upperBound] }
}

struct QuickAddTests {
    @Test func readsEveryVectorAsItWasWrittenDown() throws {
        let vectors = try Vector.all()
        #expect(vectors.count >= 400)
        for vector in vectors {
            let read = QuickAdd(vector.text, today: vector.today, lists: vector.lists)
            let about: Comment = "\(vector.text.debugDescription) on \(vector.today), lists \(vector.lists?.sorted() ?? [])"
            #expect(Outcome(read) == vector.outcome, about)
            // == takes é for é however it is composed; what a person wrote has to stay.
            #expect(Array(read.title.utf8) == Array(vector.outcome.title.utf8), about)
            #expect(read.tags.joined().utf8.elementsEqual(vector.outcome.tags.joined().utf8), about)
        }
    }

    @Test func givesADraft() {
        let read = QuickAdd("Pay rent due:fri p:high +home @work", today: .saturday)
        #expect(
            read.draft
                == TaskDraft(title: "Pay rent", list: "HOME", dueOn: LocalDate("2026-11-27"), priority: 3, tags: ["work"]))
        #expect(QuickAdd("Buy milk", today: .saturday).draft == TaskDraft(title: "Buy milk"))
    }

    @Test(arguments: ["", "  ", "@work due:fri", "+home !"])
    func leavesAnEmptyTitleToTheLimits(_ text: String) throws {
        let read = QuickAdd(text, today: .saturday)
        #expect(read.title.isEmpty && read.faults.isEmpty)
        #expect(throws: Limits.Fault.self) { try Limits.title(read.title) }
    }

    @Test func writesADraftThatAPersonCanEdit() throws {
        let draft = TaskDraft(
            title: "Call @bob +home \\o/ \\!", list: "HOME", dueOn: LocalDate("2026-11-27"), priority: 3, tags: ["work", "a/b"])
        #expect(QuickAdd.text(for: draft) == #"Call \@bob \+home \o/ \\! due:2026-11-27 p:high +HOME @work @a/b"#)
        #expect(QuickAdd.text(for: TaskDraft(title: "", priority: 0)) == "p:none")
        #expect(QuickAdd.text(for: TaskDraft(title: "")) == "")
    }

    @Test func writesNoLineThatWouldReadBackAsSomethingElse() {
        for title in ["a  b", " a", "a ", "a\tb", "a\n", "a\r\nb", "a\u{2028}b"] {
            #expect(QuickAdd.text(for: TaskDraft(title: title)) == nil, "\(title.debugDescription)")
        }
        let drafts = [
            TaskDraft(title: "a", list: "home"), TaskDraft(title: "a", list: "NO-KEY"), TaskDraft(title: "a", priority: 4),
            TaskDraft(title: "a", priority: -1), TaskDraft(title: "a", tags: ["b c"]), TaskDraft(title: "a", tags: [""]),
            TaskDraft(title: "a", tags: ["b", "b"]), TaskDraft(title: "a", tags: (1...21).map { "t\($0)" }),
        ]
        for draft in drafts { #expect(QuickAdd.text(for: draft) == nil, "\(draft)") }
    }
}

extension LocalDate {
    /// 21 November 2026, the day of most of the vectors.
    static var saturday: LocalDate { LocalDate("2026-11-21")! }
}
