import Testing
import TodoCLI
import TodoCore

@Suite struct ExchangeCSVTests {
    @Test(
        arguments: [
            ("a,b\r\n1,2\r\n", [["a", "b"], ["1", "2"]]), ("a,b\n1,2", [["a", "b"], ["1", "2"]]),
            ("a,b\r1,2\r", [["a", "b"], ["1", "2"]]),
            ("a\n\"x, y\"\n", [["a"], ["x, y"]]), ("a\n\"say \"\"hi\"\"\"\n", [["a"], ["say \"hi\""]]),
            ("a,b\n\"one\r\ntwo\",\"\"\n", [["a", "b"], ["one\r\ntwo", ""]]), ("a;b\n1,5;2\n", [["a", "b"], ["1,5", "2"]]),
            ("a\tb\n1\t2\n", [["a", "b"], ["1", "2"]]), ("sep=|\r\na|b\r\n1|2\r\n", [["a", "b"], ["1", "2"]]),
            ("\n\na,b\n,\n1,\n", [["a", "b"], ["1", ""]]), ("a,b\nx \"y\" z,\"q\"r\n", [["a", "b"], ["x \"y\" z", "qr"]]),
            ("\"a;b\",c\n1,2\n", [["a;b", "c"], ["1", "2"]]), ("a\n\"\"", [["a"]]), ("", []), ("\n", []),
        ] as [(String, [[String]])])
    func readsRows(_ text: String, _ expected: [[String]]) {
        let file = CSVRecords(Array(text.utf8))
        #expect(file.records.map(\.cells) == expected && file.faults.isEmpty)
    }

    @Test func aQuoteThatNeverEndsCostsOneLine() throws {
        let file = CSVRecords(Array("title\none\n\"two\nthree\n\"x\ny\",z\n".utf8))
        #expect(file.records.map(\.cells) == [["title"], ["one"], ["two\nthree\nx"], ["y\"", "z"]] && file.faults.isEmpty)
        let open = try content("title,due\none,\n\"two,\nthree,\n", .csv)
        #expect(open.tasks.map(\.title) == ["one", "three"] && open.faults.map(\.line) == [3])
    }

    @Test func readsOtherProgramsColumns() throws {
        let text = """
            \u{FEFF}Task Name;Due Date;Priority;Project;Labels;Description;Status;Colour
            Buy milk;24.12.2026;High;Home stuff;@a, b;two litres;Done;red
            Call;2026/11/30;;;;;open;
            Walk;2026-12-01 10:00;2;Inbox;#x y;;no;
            """
        let content = try ImportSource.read(TextEncoding.utf8(Array(text.utf8)), .csv, days: days())
        #expect(content.faults.isEmpty)
        let first = content.tasks[0]
        #expect(first.title == "Buy milk" && first.dueOn == LocalDate("2026-12-24") && first.priority == 3 && first.isDone)
        #expect(first.list == ExchangeList(name: "Home stuff") && first.tags == ["a", "b"] && first.notes == "two litres")
        #expect(content.tasks[1].dueOn == LocalDate("2026-11-30") && !content.tasks[1].isDone)
        #expect(content.tasks[2].list == nil && content.tasks[2].tags == ["x", "y"] && content.tasks[2].priority == 2)
        #expect(content.losses.count(.field("Colour")) == 1)
    }

    @Test(arguments: ["03/04/2026", "soon", "2026-13-01", "31.02.2026", "1/2", "99999-1-1"])
    func refusesADayThatCanBeMisread(_ text: String) throws {
        let content = try content("title,due\na,\(text)\nb,2026-11-22\n", .csv)
        #expect(content.faults.map(\.line) == [2] && content.tasks.map(\.title) == ["b"])
    }

    @Test(arguments: [
        ("13/04/2026", "2026-04-13"), ("04/13/2026", "2026-04-13"), ("05/05/2026", "2026-05-05"), ("1.2.2026", "2026-02-01"),
    ])
    func takesADayThatCanNot(_ text: String, _ day: String) throws {
        #expect(try content("title,due\na,\(text)\n", .csv).tasks.first?.dueOn == LocalDate(day))
    }

    @Test func needsTitles() {
        #expect(throws: ExchangeError.self) { try content("a,b\n1,2\n", .csv) }
        #expect(throws: ExchangeError.self) { try content("", .csv) }
    }

    @Test func formulasAreGuardedAndComeBack() throws {
        let titles = ["=1+1", "+49 30", "-5 degrees", "@home", "'=quoted", "''", "'s", "''-x", "a=b", "plain"]
        let tasks = titles.enumerated().map { task($0.offset + 1, $0.element, notes: "=n\n\"q\"") }
        let (text, losses) = try written(tasks, .csv)
        let cells = CSVRecords(Array(text.utf8)).records.dropFirst().map { $0.cells[1] }
        #expect(!cells.contains { "=+-@".contains($0.first ?? " ") } && cells[0] == "'=1+1" && cells[4] == "''=quoted")
        #expect(losses.count(.guardedCells) == tasks.count)
        let back = try content(text, .csv).tasks
        #expect(back.map(\.title) == titles && back.allSatisfy { $0.notes == "=n\n\"q\"" })
    }

    @Test func writesAHeaderAndCRLF() throws {
        let tasks = [task(1, "a, \"b\"", list: "WEB", done: true, due: "2026-11-22", priority: 2, tags: ["x", "y"])]
        #expect(
            try written(tasks, lists: [list("WEB", "Web; site")], .csv).text
                == "reference,title,done,due_on,priority,list,list_name,tags,notes,created_at,done_at,deleted_at,id\r\n"
                + "WEB-1,\"a, \"\"b\"\"\",true,2026-11-22,2,WEB,\"Web; site\",x y,,2026-09-21T14:13:20.000000Z,"
                + "2026-09-21T14:13:20.000000Z,,01890000-0000-7000-8000-000000000001\r\n")
    }

    @Test func readsUTF16() throws {
        let units = Array("\u{FEFF}title\r\nÄ 🎉\r\n".utf16)
        for bytes in [
            units.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }, units.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] },
        ] {
            #expect(try ImportSource.read(TextEncoding.utf8(bytes), .csv, days: days()).tasks.map(\.title) == ["Ä 🎉"])
        }
        let latin = [UInt8]("title\nok\n".utf8) + [0xC4, 0x0A]
        #expect(try ImportSource.read(latin, .csv, days: days()).faults == [ExchangeFault(line: 3, "the row is not UTF-8")])
    }
}
