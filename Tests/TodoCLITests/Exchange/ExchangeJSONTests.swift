import FoundationEssentials
import Testing
import TodoCLI
import TodoCore

@Suite struct ExchangeJSONTests {
    @Test(arguments: [
        (#"{"a":[1,-2.5e+3,true,null,"x"]}"#, #"{"a":[1,-2.5e+3,true,null,"x"]}"#),
        (#"  "\u0041\n\/\ud83d\ude00"  "#, #""A\n/😀""#),
        (#""\ud83d x\udE00""#, "\"\u{FFFD} x\u{FFFD}\""), (#""\ud83d\u0041""#, "\"\u{FFFD}A\""),
        ("\"raw\u{1}\"", #""raw\u0001""#),
        ("{}", "{}"), ("[ ]", "[]"), ("\"\u{2028}\"", #""\u2028""#), (#"{"b":1,"a":2,"b":3}"#, #"{"b":1,"a":2,"b":3}"#),
    ])
    func readsAndWrites(_ text: String, _ expected: String) throws {
        var json = ""
        try JSONParser.parse(Array(text.utf8)[...]).write(to: &json)
        #expect(json == expected)
    }

    @Test(arguments: [
        "", "{", "[1", "[1,]", "{\"a\"}", "{\"a\":}", "{a:1}", "\"x", "\"\\", "\"\\u12", "\"\\u12xy\"", "\"\\q\"", "tru", "-",
        "1.", "1e",
        "01x", "[1 2]", "1 2", "\u{FEFF}1", "}", String(repeating: "[", count: 100_000),
    ])
    func refuses(_ text: String) {
        #expect(throws: JSONFault.self) { try JSONParser.parse(Array(text.utf8)[...]) }
    }

    @Test func halvesOfPairsAreJoined() throws {
        // As Taskwarrior 2.6.2 exports what came to it as "\\ud83c\\udf89".
        let bytes = Array("\"a".utf8) + [0xED, 0xA0, 0xBC, 0xED, 0xBE, 0x89] + Array("é\"".utf8)
        #expect(try JSONParser.parse(bytes[...]) == .string("a🎉é"))
        #expect(throws: JSONFault.self) { try JSONParser.parse((Array("\"".utf8) + [0xED, 0xA0, 0xBC] + Array("\"".utf8))[...]) }
    }

    @Test func everythingComesBack() throws {
        var gone = task(3, "gone", done: true)
        gone.deletedAt = gone.createdAt
        let tasks = [
            task(1, "a “b” \\ 家", list: "HOME", notes: "x\r\n\ty\n", due: "2026-11-22", priority: 2, tags: ["a/b", "ü"]),
            task(2, "done", done: true),
            gone,
        ]
        let lists = [list(nil, "Inbox"), list("HOME", "Home.Garden"), list("EMPTY", "Empty")]
        let content = try content(try written(tasks, lists: lists, .json).text, .json)
        let plan = ImportPlan(content)
        #expect(content.faults.isEmpty && plan.newLists.map(\.key) == ["HOME", "EMPTY"])
        #expect(plan.newLists.map(\.name) == ["Home.Garden", "Empty"])
        for (before, after) in zip(tasks, plan.result) {
            #expect(
                before.id == after.id && before.title == after.title && before.notes == after.notes && before.list == after.list)
            #expect(before.dueOn == after.dueOn && before.priority == after.priority && before.tags == after.tags)
            #expect(before.done == after.done && (before.deletedAt == nil) == (after.deletedAt == nil))
        }
        #expect(plan.result.count == 3)
    }

    @Test func readsWhatLsWrites() throws {
        let text = String(decoding: try Wire.encode([task(1, "a", list: "WEB"), task(2, "b")]), as: UTF8.self)
        #expect(try content(text, .json).tasks.map(\.list) == [ExchangeList(key: "WEB"), nil])
        #expect(try content("{\"title\":\"a\"}\n{\"title\":\"b\"}\n", .json).tasks.map(\.title) == ["a", "b"])
    }

    @Test func tellsWhatIsWrong() throws {
        let text =
            #"{"version":1,"tasks":[{"title":"a","done":"yes"},{"title":1},{"title":"b","due_on":"soon"},{"title":"c","x":1},{"title":"d","priority":7},{"title":"e","list":"Ö"},{"title":"f","id":"1"},5]}"#
        let content = try content(text, .json)
        #expect(content.tasks.map(\.title) == ["c"] && content.faults.map(\.line) == [1, 2, 3, 5, 6, 7, 8])
        #expect(content.losses.count(.field("x")) == 1)
        let lists =
            #"{"version":1,"lists":[{"key":"inbox"},{"key":"A","name":""},{"key":"?"},{"key":"b","name":"B"}],"tasks":[]}"#
        let named = try TodoCLITests.content(lists, .json)
        #expect(named.faults.count == 2 && ImportPlan(named).newLists.map(\.name) == ["A", "B"])
        #expect(throws: ExchangeError.self) { try TodoCLITests.content(#"{"version":2,"tasks":[]}"#, .json) }
        #expect(throws: ExchangeError.self) { try TodoCLITests.content(#"{"version":1,"tasks":{}}"#, .json) }
    }

    @Test(
        arguments: [
            ("todo.txt", "(A) call", ExchangeFormat.todotxt), ("a.csv", "title\nx", .csv), ("-", "title,due\nx,\n", .csv),
            ("-", "call mum", .todotxt),
            ("x.json", #"[{"id":1,"description":"a"}]"#, .taskwarrior), ("-", "[\n{\"uuid\":\"", .taskwarrior),
            ("-", #"{"version":1,"#, nil),
            ("-", #"{"version":1,"lists":[],"tasks":[]}"#, .json), ("ls.txt", #"[{"done":false,"title":"a"}]"#, .json),
            ("b.json", "[]", .json),
            ("-", "\u{0}\u{1}\u{2}", nil), ("-", "", nil), ("a.tsv", "", .csv), ("task.data", "[description:\"x\"]", .todotxt),
        ] as [(String, String, ExchangeFormat?)])
    func guesses(_ name: String, _ text: String, _ format: ExchangeFormat?) {
        let expected = text == #"{"version":1,"# ? .todotxt : format
        #expect(ExchangeFormat.guess(fileName: name, bytes: Array(text.utf8)) == expected)
    }
}
