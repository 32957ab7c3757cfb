import FoundationEssentials
import Postgres
import Store
import Testing
import TodoCore

struct TaskOrderTests {
    private static let drafts = [
        TaskDraft(title: "banana", dueOn: LocalDate("2026-12-02"), priority: 1),
        TaskDraft(title: "Äpfel", priority: 3),
        TaskDraft(title: "apple", dueOn: LocalDate("2026-12-01"), priority: 1),
        TaskDraft(title: "cherry", dueOn: LocalDate("2026-12-02")),
        TaskDraft(title: "date"),
    ]

    private func store() async throws -> StoreFixture {
        let store = try await StoreFixture.make()
        for (index, draft) in Self.drafts.enumerated() {
            var draft = draft
            // Equal keys are told apart by the id: of one millisecond, ids would come in any order.
            draft.id = UUID.v7(at: Date(timeIntervalSince1970: Double(index)))
            _ = try await store.tasks.create(user: store.user.id, draft, requestID: nil)
        }
        for number in [4, 1] {
            _ = try await store.tasks.update(
                user: store.user.id, .number(list: nil, number: number), TaskPatch(done: true), ifVersion: nil, requestID: nil)
        }
        return store
    }

    @Test(arguments: [
        ("created", [1, 2, 3, 4, 5]), ("-created", [5, 4, 3, 2, 1]),
        ("updated", [2, 3, 5, 4, 1]), ("-updated", [1, 4, 5, 3, 2]),
        // Without a date: last in both directions.
        ("due", [3, 1, 4, 2, 5]), ("-due", [4, 1, 3, 5, 2]),
        ("priority", [4, 5, 1, 3, 2]), ("-priority", [2, 3, 1, 5, 4]),
        // As people sort, whatever the server's locale: Ä is an A.
        ("title", [2, 3, 1, 4, 5]), ("-title", [5, 4, 1, 3, 2]),
        ("done_at", [4, 1, 2, 3, 5]), ("-done_at", [1, 4, 5, 3, 2]),
    ])
    func everyOrderIsTotalAndPagesKeepIt(_ text: String, _ expected: [Int]) async throws {
        let store = try await store()
        for limit in [1, 2, 5, 10] {
            var filter = TaskFilter()
            filter.sort = try #require(TaskSort(text))
            filter.limit = limit
            var seen: [Int] = []
            repeat {
                let page = try await store.tasks.page(user: store.user.id, filter: filter)
                #expect(page.total == 5)
                seen += page.tasks.map(\.number)
                // Through its text, as a client gives it back.
                filter.after = try page.next.map { try #require(TaskCursor($0.text)) }
            } while filter.after != nil
            #expect(seen == expected, "\(text), \(limit) a page")
        }
    }

    @Test(arguments: [
        "", "x", "1.2.3", "AAAA", "LWNyZWF0ZWQ", "!!!!", "ü", String(repeating: "A", count: 10_000),
        // "-created ID 7 1 soon", "due … 2026-02-30", "priority … 9", "wrong … 1", "priority ID -7 1 1", "… 7 x 1", "… 7 1"
        "LWNyZWF0ZWQgMDFhMWZlYTctMmZlOC03MzgzLTk0Y2ItY2M1MzJhMTZjOWM4IDcgMSBzb29u",
        "ZHVlIDAxYTFmZWE3LTJmZTgtNzM4My05NGNiLWNjNTMyYTE2YzljOCA3IDEgMjAyNi0wMi0zMA",
        "cHJpb3JpdHkgMDFhMWZlYTctMmZlOC03MzgzLTk0Y2ItY2M1MzJhMTZjOWM4IDcgMSA5",
        "d3JvbmcgMDFhMWZlYTctMmZlOC03MzgzLTk0Y2ItY2M1MzJhMTZjOWM4IDcgMSAx",
        "cHJpb3JpdHkgMDFhMWZlYTctMmZlOC03MzgzLTk0Y2ItY2M1MzJhMTZjOWM4IC03IDEgMQ",
        "cHJpb3JpdHkgMDFhMWZlYTctMmZlOC03MzgzLTk0Y2ItY2M1MzJhMTZjOWM4IDcgeCAx",
        "cHJpb3JpdHkgMDFhMWZlYTctMmZlOC03MzgzLTk0Y2ItY2M1MzJhMTZjOWM4IDcgMQ",
    ])
    func whatIsNoCursorIsRefused(_ text: String) {
        #expect(TaskCursor(text) == nil)
    }

    @Test func furtherPagesTellTheCountOfTheFirstUnlessTheirFilterIsAnother() async throws {
        let store = try await store()
        var filter = TaskFilter()
        filter.limit = 2
        filter.after = try await store.tasks.page(user: store.user.id, filter: filter).next
        _ = try await store.tasks.create(user: store.user.id, TaskDraft(title: "later"), requestID: nil)
        #expect(try await store.tasks.page(user: store.user.id, filter: filter).total == 5)
        filter.deleted = true
        #expect(try await store.tasks.page(user: store.user.id, filter: filter).total == 0)
    }

    @Test func whatIsNoOrderIsRefused() {
        for text in ["", "-", "--due", "due ", "Due", "id", "+due"] { #expect(TaskSort(text) == nil, "\(text)") }
        #expect(TaskSort.all.allSatisfy { TaskSort($0)?.description == $0 })
    }
}
