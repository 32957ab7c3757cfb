import FoundationEssentials
import Testing
import TodoCLI
import TodoCore

@Suite struct ExchangeTaskwarriorTests {
    /// As Taskwarrior 2.6.2 of Debian 12 has exported it.
    private static let exported = """
        [
        {"id":1,"client":"ACME & Co","description":"Fix it","due":"20261201T173000Z","entry":"20261121T212722Z","estimate":3.5,"modified":"20261121T212722Z","priority":"H","project":"Home.Garden","status":"pending","uuid":"edf11e70-502c-4a22-be0b-74ddd3ec6a2c","wait":"20261130T000000Z","annotations":[{"entry":"20261121T212722Z","description":"called"},{"entry":"20261121T212723Z","description":"called again"}],"tags":["a","b"],"urgency":18.1039},
        {"id":2,"description":"rep","due":"20261122T000000Z","entry":"20261121T212722Z","mask":"-","modified":"20261121T212722Z","project":"x","recur":"weekly","rtype":"periodic","status":"recurring","uuid":"a0d5fabb-d0c2-462e-8676-b9c4d8009a6c","urgency":9.75154},
        {"id":3,"description":"dep \\u00e9\\n","entry":"20261121T212722Z","start":"20261121T212722Z","status":"waiting","uuid":"045836c5-f503-43b0-b4df-45bdb9f5fb9b","depends":["edf11e70-502c-4a22-be0b-74ddd3ec6a2c","a0d5fabb-d0c2-462e-8676-b9c4d8009a6c"],"strange":"7","tags":["c++","ok"],"priority":"X","imask":0,"urgency":-1},
        {"id":0,"description":"del","end":"20261121T212722Z","entry":"20261121T212722Z","modified":"20261121T212722Z","status":"deleted","uuid":"53333f31-bbb9-425f-8d08-ebb039c415f3","urgency":0},
        {"id":0,"description":"old","end":"20261121T212722Z","entry":"20261121T212722Z","modified":"20261121T212722Z","status":"completed","uuid":"77334d7e-d3d6-4f87-823f-995ecbbcff92","urgency":0}
        ]

        """

    @Test func readsAnExport() throws {
        let content = try content(Self.exported, .taskwarrior)
        #expect(content.faults.isEmpty && content.tasks.map(\.line) == [2, 3, 4, 5, 6])
        let first = content.tasks[0], third = content.tasks[2]
        #expect(first.identity == .own(try #require(UUID(uuidString: "EDF11E70-502C-4A22-BE0B-74DDD3EC6A2C"))))
        #expect(first.title == "Fix it" && first.priority == 3 && first.tags == ["a", "b"] && first.list?.name == "Home.Garden")
        #expect(first.dueOn == LocalDate("2026-12-01"))
        #expect(
            first.notes == """
                2026-11-21T21:27:22Z called
                2026-11-21T21:27:23Z called again
                uda.client:ACME & Co
                uda.estimate:3.5
                wait:20261130T000000Z
                """)
        #expect(content.tasks[1].notes == "status:recurring\nmask:-\nrecur:weekly\nrtype:periodic")
        #expect(third.title == "dep é" && third.priority == 0 && third.tags == ["ok"])
        #expect(
            third.notes == """
                start:20261121T212722Z
                depends:edf11e70-502c-4a22-be0b-74ddd3ec6a2c,a0d5fabb-d0c2-462e-8676-b9c4d8009a6c
                uda.strange:"7"
                priority:X
                imask:0
                tags:c++
                """)
        #expect(content.tasks.map(\.isDone) == [false, false, false, false, true])
        #expect(content.tasks.map(\.isDeleted) == [false, false, false, true, false])
        #expect(content.losses.count(.dueTimes) == 1 && content.losses.count(.times) == 5)
    }

    /// All that both sides hold comes back as it was.
    @Test func comesBackAsItWas() throws {
        let plan = ImportPlan(try content(Self.exported, .taskwarrior))
        let lists = plan.newLists.map { list($0.key, $0.name) }
        let (text, _) = try written(plan.result, lists: lists, .taskwarrior)
        let before = try Wire.decode([[String: JSONValue]].self, from: Self.exported.utf8)
        let after = try Wire.decode([[String: JSONValue]].self, from: text.utf8)
        #expect(after.count == before.count)
        for (before, after) in zip(before, after) {
            for (key, value) in before
            where !["id", "urgency", "entry", "modified", "end", "due", "status", "tags"].contains(key) {
                let expected: JSONValue = key == "description" && value == "dep é\n" ? "dep é" : value
                #expect(after[key] == expected, "\(key)")
            }
        }
        #expect(after.map { $0["status"] } == ["pending", "recurring", "pending", "deleted", "completed"])
        #expect(after.map { $0["due"] }.prefix(2) == ["20261201T000000Z", "20261122T000000Z"])
        #expect(after[2]["tags"] == .array(["ok", "c++"]) && after[3]["end"] == "20260921T141320Z")
    }

    @Test func notesWrittenHereComeBack() throws {
        for notes in [
            "one", "one\n\ntwo", "2026-11-21T21:27:22Z done\nmore", "wait:tomorrow", "a\nhttp://b", "x\nuda.k:v\n", "\n",
        ] {
            let (text, _) = try written([task(1, "t", notes: notes)], .taskwarrior)
            #expect(try content(text, .taskwarrior).tasks.first?.notes == notes, "\(notes)")
        }
    }

    @Test func writesOnlyWhatTaskwarriorTakes() throws {
        let notes = "depends:12\nwait:soon\nimask:x\nmask:?\nuda.due:x\nrecur:a b\nparent:1\nuda.:y"
        let text = try written([task(1, "t", notes: notes)], .taskwarrior).text
        let node = try #require(Wire.decode([[String: JSONValue]].self, from: text.utf8).first)
        #expect(Set(node.keys) == ["description", "uuid", "status", "entry", "modified", "annotations"])
    }

    @Test func readsOneObjectALineAndOldFiles() throws {
        let lines = """
            {"description":"a","status":"pending","tags":"x,y"},
            {"description":"b"
            {"description":"c","status":"strange"}
            {"status":"pending"}
            {"description":"d","status":"pending","due":"next week"}
            {"description":"e","status":"pending","due":"2026-11-30"}
            7
            """
        let content = try content(lines, .taskwarrior)
        #expect(content.tasks.map(\.title) == ["a", "e"] && content.tasks[0].tags == ["x", "y"])
        #expect(content.faults.map(\.line) == [2, 3, 4, 5, 7])
        #expect(content.faults.map(\.message).contains("an unknown status: strange"))
    }

    @Test func readsWhatOthersIndented() throws {
        let text = "[\n  {\n    \"description\": \"a\",\n    \"status\": \"pending\"\n  },\n  {\"description\": \"b\"}\n]"
        #expect(try content(text, .taskwarrior).tasks.map(\.line) == [2, 6])
        let cut = String(text.prefix(60))
        #expect(try content(cut, .taskwarrior).faults.count == 1)
    }

    @Test func daysAreThoseOfTheUser() throws {
        let text = #"{"description":"a","status":"pending","due":"20261201T230000Z"}"#
        let berlin = try ImportSource.read(Array(text.utf8), .taskwarrior, days: days(minutesEast: 60))
        #expect(berlin.tasks[0].dueOn == LocalDate("2026-12-02") && berlin.losses.count(.dueTimes) == 0)
        for minutes in [-720, -210, 0, 60, 345, 765, 840] {
            let days = days(minutesEast: minutes), day = try #require(LocalDate("2026-12-02"))
            #expect(days.start(of: day) == day.daysSince1970 * 86_400 - minutes * 60)
        }
    }
}
