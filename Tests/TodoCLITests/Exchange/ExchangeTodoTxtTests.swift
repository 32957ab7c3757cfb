import Testing
import TodoCLI
import TodoCore

@Suite struct ExchangeTodoTxtTests {
    /// A task as a line for tests: marks, title, list, tags, due day, priority, notes.
    private func shown(_ line: String) throws -> String {
        let tasks = try content(line, .todotxt).tasks
        let task = try #require(tasks.first)
        var parts = [task.isDone ? "x" : "o", task.title]
        if let name = task.list?.name { parts.append("+\(name)") }
        parts += task.tags.map { "@\($0)" }
        if let due = task.dueOn { parts.append("due:\(due)") }
        if task.priority > 0 { parts.append("p\(task.priority)") }
        if !task.notes.isEmpty { parts.append("[\(task.notes.replacing("\n", with: "|"))]") }
        return parts.joined(separator: " · ")
    }

    @Test(
        arguments: [
            // The rules and the examples of the format's description.
            ("(A) Call Mum", "o · Call Mum · p3"),
            ("Really gotta call Mom (A) @phone @someday", "o · Really gotta call Mom (A) · @phone · @someday"),
            ("(b) Get back to the boss", "o · (b) Get back to the boss"),
            ("(B)->Submit TPS report", "o · (B)->Submit TPS report"),
            ("2011-03-02 Document +TodoTxt task format", "o · Document task format · +TodoTxt"),
            ("(A) 2011-03-02 Call Mom", "o · Call Mom · p3"),
            ("(A) Call Mom 2011-03-02", "o · Call Mom 2011-03-02 · p3"),
            (
                "(A) Call Mom +Family +PeaceLoveAndHappiness @iphone @phone",
                "o · Call Mom +PeaceLoveAndHappiness · +Family · @iphone · @phone · p3"
            ),
            ("Email SoAndSo at soandso@example.com", "o · Email SoAndSo at soandso@example.com"),
            ("Learn how to add 2+2", "o · Learn how to add 2+2"),
            ("x 2011-03-03 Call Mom", "x · Call Mom"),
            ("xylophone lesson", "o · xylophone lesson"),
            ("X 2012-01-01 Make resolutions", "o · X 2012-01-01 Make resolutions"),
            ("(A) x Find ticket prices", "o · x Find ticket prices · p3"),
            (
                "x 2011-03-02 2011-03-01 Review Tim's pull request +TodoTxtTouch @github",
                "x · Review Tim's pull request · +TodoTxtTouch · @github"
            ),
            ("(A) Pay rent due:2026-11-30", "o · Pay rent · due:2026-11-30 · p3"),
            // What goes beyond them.
            ("(B) b", "o · b · p2"), ("(C) c", "o · c · p1"), ("(D) d", "o · d · p1 · [pri:D]"),
            ("x 2026-01-02 d pri:B", "x · d · p2"),
            ("x (A) 2026-01-02 d", "x · d · p3"), ("x 2026-01-02 2026-01-01 (Z) d", "x · d · p1 · [pri:Z]"),
            ("a t:2026-12-01 rec:+1w", "o · a · [t:2026-12-01|rec:+1w]"), ("a due:tomorrow", "o · a due:tomorrow"),
            ("a due:2026-02-30", "o · a due:2026-02-30"),
            ("a due:2026-01-01 due:2026-01-02", "o · a due:2026-01-02 · due:2026-01-01"),
            ("see http://a.example/x:y re:Budget 10:30", "o · see http://a.example/x:y re:Budget 10:30"),
            ("+1 for that, call +49 30 1234 @", "o · +1 for that, call +49 30 1234 @"), ("@phone", "o · @phone · @phone"),
            ("keep  two   spaces @a  here", "o · keep  two   spaces  here · @a"), ("@home @home twice", "o · twice · @home"),
            ("été 家 +家 @büro 🎉", "o · été 家 🎉 · +家 · @büro"), ("a @c++ b", "o · a @c++ b"), ("x", "o · x"), ("x ", "x · "),
            ("\u{301}combining +\u{301}a", "o · \u{301}combining · +\u{301}a"), ("tab\there", "o · tab here"),
        ] as [(String, String)])
    func readsALine(_ line: String, _ expected: String) throws {
        guard line != "x ", line != "x" else {
            // A mark without a task.
            #expect(try content(line, .todotxt).faults.count == 1)
            return
        }
        #expect(try shown(line) == expected)
    }

    @Test func linesAreNumberedAndBadOnesTold() throws {
        let bytes = Array("one\r\n\n  \ntwo\n".utf8) + [0x61, 0xFF, 0x0A] + Array("three".utf8)
        let content = try ImportSource.read(bytes, .todotxt, days: days())
        #expect(content.tasks.map(\.title) == ["one", "two", "three"] && content.tasks.map(\.line) == [1, 4, 6])
        #expect(content.faults == [ExchangeFault(line: 5, "the line is not UTF-8")])
    }

    @Test func writesALine() throws {
        let lists = [list("HOME", "Home.Garden"), list("WEB", "Web site"), list("A1", "A1")]
        let tasks = [
            task(1, "Call Mum", list: "HOME", due: "2026-11-23", priority: 3, tags: ["phone", "a/b"]),
            task(2, "x marks the spot", list: "WEB", done: true, priority: 2),
            task(3, "(A) is best", list: "A1", notes: "t:2026-12-01\nrec:1w\npri:E", priority: 1),
            task(4, "2026-01-01 +this due:2026-01-02", notes: "note\npri:D", priority: 2),
        ]
        let (text, losses) = try written(tasks, lists: lists, .todotxt)
        #expect(
            text == """
                (A) 2026-09-21 Call Mum +Home.Garden @phone @a/b due:2026-11-23
                x 2026-09-21 2026-09-21 x marks the spot +WEB pri:B
                (E) 2026-09-21 (A) is best +A1 t:2026-12-01 rec:1w
                (B) 2026-09-21 2026-01-01 +this due:2026-01-02

                """)
        #expect(losses.count(.notes) == 1 && losses.count(.listKeyOnly) == 1 && losses.count(.readDifferently) == 1)
        #expect(losses.count(.clockTimes) == 4 && losses.count(.references) == 4)
    }

    @Test func deletedTasksAreLeftOut() throws {
        var gone = task(1, "gone")
        gone.deletedAt = gone.createdAt
        let (text, losses) = try written([gone, task(2, "here")], .todotxt)
        #expect(text == "2026-09-21 here\n" && losses.count(.deletedLeftOut) == 1)
    }
}
