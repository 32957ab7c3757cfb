import FoundationEssentials
import Testing
import TodoCLI
import TodoCore

@Suite struct ExchangePlanTests {
    @Test(arguments: [
        ("Home.Garden", "HOMEGARDEN"), ("home", "HOME"), ("Müller & Söhne", "MUELLERSOE"), ("Straße 7", "STRASSE7"),
        ("2026", "L2026"),
        ("家", "LIST"), ("inbox", "INBOX2"), ("a very long project name", "AVERYLONGP"), ("ﬁ", "FI"),
    ])
    func namesBecomeKeys(_ name: String, _ key: String) {
        var resolver = ListResolver([])
        let made = resolver.keyOrNew(ExchangeList(name: name))
        #expect(made == key && ListKey(made)?.text == made)
        #expect(resolver.keyOrNew(ExchangeList(name: name)) == made && resolver.made.count == 1)
    }

    @Test func keysAreUniqueAndStable() {
        var resolver = ListResolver([list("HOME", "Haus"), list("WORK", "Home")])
        // By name before by key.
        #expect(
            resolver.keyOrNew(ExchangeList(name: "Home")) == "WORK" && resolver.keyOrNew(ExchangeList(name: "home")) == "HOME")
        let names = (1...120).map { "Long project \($0)." }
        let keys = names.map { resolver.keyOrNew(ExchangeList(name: $0)) }
        #expect(Set(keys).count == 120 && keys.allSatisfy { ListKey($0)?.text == $0 })
        var again = ListResolver([list("HOME", "Haus"), list("WORK", "Home")] + resolver.made.map { list($0.key, $0.name) })
        #expect(names.map { again.keyOrNew(ExchangeList(name: $0)) } == keys && again.made.isEmpty)
        #expect(again.keyOrNew(ExchangeList(key: "NEW")) == "NEW" && again.made.map(\.name) == ["NEW"])
    }

    @Test func aProjectThatIsAKeyIsThatList() throws {
        let plan = ImportPlan(try content("a +web\nb +new\nc +NEW\nd +Website\n", .todotxt), lists: [list("WEB", "Website")])
        #expect(plan.steps.map(\.draft.list) == ["WEB", "NEW", "NEW", "WEB"] && plan.newLists.map(\.name) == ["new"])
        #expect(plan.losses.count(.listByKey) == 2)
    }

    @Test func aSecondImportDoesNothing() throws {
        let text = "a +P\na +P\nb\nx 2026-01-02 c\n"
        let first = ImportPlan(try content(text, .todotxt))
        #expect(first.steps.count == 4 && Set(first.result.map(\.id)).count == 4)
        let lists = first.newLists.map { list($0.key, $0.name) }
        let second = ImportPlan(try content(text, .todotxt), lists: lists, tasks: first.result)
        #expect(second.steps.isEmpty && second.present == 4 && second.newLists.isEmpty && second.losses.isEmpty)
        // Of what was interrupted, only the rest.
        let third = ImportPlan(try content(text, .todotxt), lists: lists, tasks: Array(first.result.suffix(2)))
        #expect(third.steps.map(\.draft.id) == first.steps.prefix(2).map(\.draft.id) && third.present == 2)
        let other = ImportPlan(try content(text, .todotxt), account: UUID(), lists: [], tasks: [])
        #expect(Set(other.result.map(\.id)).isDisjoint(with: first.result.map(\.id)))
    }

    @Test func idsNeverChange() {
        let ids = [("Buy milk", 0), ("Buy milk", 1), ("", 0)].map { ContentID.id(account: account, name: $0.0, occurrence: $0.1) }
        #expect(ids.map(\.lowercase) == ContentIDVectors.ids)
    }

    @Test func whatWasBegunIsFinished() throws {
        let text = #"{"title":"a","id":"01890000-0000-7000-8000-000000000001","done":true,"deleted_at":"2026-01-01T00:00:00Z"}"#
        func plan(_ change: (inout TodoTask) -> Void) throws -> ImportPlan {
            var standing = task(1, "a")
            change(&standing)
            return ImportPlan(try content(text, .json), tasks: [standing])
        }
        let begun = try plan { _ in }
        #expect(begun.steps.map(\.creates) == [false] && begun.steps[0].completes && begun.steps[0].deletes)
        let halfway = try plan { ($0.done, $0.version) = (true, 2) }
        #expect(halfway.steps.map(\.completes) == [false] && halfway.steps[0].deletes)
        let reopened = try plan { $0.version = 3 }
        #expect(reopened.steps.isEmpty && reopened.changed.map(\.reference) == ["1"])
        let gone = try plan { $0.deletedAt = $0.createdAt }
        #expect(gone.steps.isEmpty && gone.present == 1)
    }

    @Test func whatWasChangedHereStays() throws {
        let text = "{\"title\":\"a\",\"id\":\"01890000-0000-7000-8000-000000000001\"}"
        let changed = ImportPlan(try content(text, .json), tasks: [task(1, "b", version: 2)])
        #expect(changed.steps.isEmpty && changed.changed.map(\.title) == ["b"])
        var gone = task(1, "a")
        gone.deletedAt = gone.createdAt
        let deleted = ImportPlan(try content(text, .json), tasks: [gone])
        #expect(deleted.steps.isEmpty && deleted.deletedHere.count == 1)
        let done = ImportPlan(try content(text, .json), tasks: [task(1, "a", done: true, version: 2)])
        #expect(done.changed.count == 1)
    }

    @Test func equalTasksAreThereWithoutAnId() throws {
        // Two of the file's are there already, however they came; the third is not.
        let standing = [
            task(1, "milk", tags: ["shop"]), task(2, "milk", tags: ["shop"]), task(3, "milk", done: true, tags: ["shop"]),
        ]
        let plan = ImportPlan(try content("milk @shop\nmilk @shop\nmilk @shop\nmilk\n", .todotxt), tasks: standing)
        #expect(plan.present == 2 && plan.steps.map(\.draft.tags) == [["shop"], nil])
        let done = ImportPlan(try content("x milk @shop\nx milk @shop\n", .todotxt), tasks: standing)
        #expect(done.present == 1 && done.steps.count == 1)
    }

    @Test func anIdTwiceIsAFault() throws {
        let line = #"{"title":"a","id":"01890000-0000-7000-8000-000000000001"}"#
        let plan = ImportPlan(try content(line + "\n" + line, .json))
        #expect(plan.steps.count == 1 && plan.faults == [ExchangeFault(line: 2, "it has the id of the task in line 1")])
    }

    @Test func whatDoesNotFitIsCutAndTold() throws {
        let long = String(repeating: "é", count: 600)
        let tags = (1...25).map { "\"t\($0)\"" }.joined(separator: ",")
        let text = """
            {"title":"\(long)","notes":"n"}
            {"title":"a\\u0007b","notes":"\(String(repeating: "x", count: 20_001))"}
            {"title":"t","tags":[\(tags),"no good"]}
            {"title":" \\t "}
            """
        let content = try content(text, .json)
        #expect(
            content.tasks.allSatisfy { (try? Limits.title($0.title)) == $0.title && (try? Limits.notes($0.notes)) == $0.notes })
        #expect(content.tasks.allSatisfy { (try? Limits.tags($0.tags)) == $0.tags })
        #expect(content.tasks[0].notes == long + "\nn" && content.tasks[0].title.hasSuffix("é…"))
        #expect(content.tasks[1].title == "a b" && content.tasks[2].notes == "tags:t21,t22,t23,t24,t25,no good")
        #expect(content.faults == [ExchangeFault(line: 4, "the task has no title")])
        #expect([Loss.longTitle, .longNotes, .controls, .attributes].map { content.losses.count($0) } == [1, 1, 2, 1])
    }

    @Test func allInOneList() throws {
        var content = try content("a +P t:2026-01-01\nb\nc +WEB\n", .todotxt)
        content.move(to: "WEB")
        let plan = ImportPlan(content, lists: [list("WEB", "Web")])
        #expect(plan.steps.map(\.draft.list) == ["WEB", "WEB", "WEB"] && plan.newLists.isEmpty)
        #expect(plan.steps.map(\.draft.notes) == ["t:2026-01-01\nproject:P", nil, "project:WEB"])
        content.move(to: nil)
        #expect(ImportPlan(content).steps.map(\.draft.list) == [nil, nil, nil])
    }
}

/// Computed by another implementation, in Python.
enum ContentIDVectors {
    static let ids = [
        "289edd7c-ff35-8279-b68b-d91411cc0a4e",
        "289edd7d-0035-8279-b68b-d91411cc0b89",
        "612af110-6765-8322-a5de-bd9f9b9c08e5",
    ]
}
