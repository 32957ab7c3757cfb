import Testing
import TodoCore
import TodoTUIKit

@Suite("Moving and looking")
struct MovingTests {
    @Test func openOnesComeFirstEachInTheServersOrder() {
        #expect(Driver.loaded().items.map(\.task.number) == [9, 8, 7, 5, 4, 3, 2, 6, 1])
    }

    @Test(arguments: [
        ([Key(.down), Key(.down)], 2), ([.character("j"), .character("j"), .character("k")], 1), ([.character("G")], 8),
        ([Key(.end), Key(.up)], 7), ([.character("G"), .character("g")], 0), ([Key(.end), Key(.home)], 0), ([Key(.up)], 0),
        ([Key(.end), Key(.down)], 8), ([Key(.pageDown)], 8), ([Key(.pageDown), Key(.pageUp)], 0),
        ([.control("n"), .control("p")], 0),
    ]) func moving(keys: [Key], cursor: Int) {
        var driver = Driver.loaded()
        for key in keys { driver.send(.input(.key(key))) }
        #expect(driver.state.board.cursor == cursor)
        #expect(driver.effects.isEmpty)
    }

    @Test func aPageIsWhatIsSeen() {
        var driver = Driver.loaded(columns: 40, rows: 10, (1...50).map { Driver.task($0, "\($0)") })
        driver.press(.pageDown)
        // Ten rows without header, title, status and hints, and one that stays for orientation.
        #expect(driver.state.board.cursor == 5)
    }

    @Test func theFilterFollowsTheKeys() {
        var driver = Driver.loaded()
        driver.type("/WORK page")
        #expect(driver.titles == ["Fix the front page"])
        driver.press(.enter)
        #expect(driver.state.mode == .browse)
        #expect(driver.lines[1].contains("All / WORK page"))
        #expect(driver.lines[1].contains("1 of 9"))
        driver.press(.escape)
        #expect(driver.titles.count == 9)
        driver.type("/web-3")
        #expect(driver.titles == ["Fix the front page"])
        driver.press(.escape)
        #expect(driver.titles.count == 9)
        driver.type("/nowhere")
        #expect(driver.titles.isEmpty)
        driver.press(.enter, .character(" "), .character("x"))
        #expect(driver.effects.isEmpty, "Without a task there is nothing to do.")
        #expect(driver.state.notice?.text.contains("no task here") == true)
    }

    @Test func theCursorStaysOnItsTask() {
        var driver = Driver.loaded()
        driver.press(.down, .down)
        #expect(driver.state.board.current?.task.number == 7)
        driver.type("r")
        driver.answerLoad([Driver.task(11, "New"), Driver.task(10, "Too")] + Driver.samples)
        #expect(driver.state.board.current?.task.number == 7)
        #expect(driver.state.board.cursor == 4)
        driver.type("r")
        driver.answerLoad(Array(Driver.samples.filter { $0.number != 7 }))
        #expect(driver.state.board.cursor == 4, "Its place, where it is gone.")
        driver.type("r")
        driver.answerLoad([])
        #expect(driver.state.board.cursor == nil)
    }

    @Test func refreshing() throws {
        var driver = Driver.loaded()
        driver.type("r")
        let load = try #require(driver.lastLoad())
        #expect(driver.effects == [.redraw, .loadLists, .load(load, deleted: false)])
        driver.forget()
        driver.control("l")
        #expect(driver.effects == [.redraw, .loadLists], "It is being loaded already.")
    }

    @Test func helpShowsEveryKey() {
        var driver = Driver.loaded(columns: 100, rows: 90)
        driver.type("?")
        for command in Command.allCases {
            let line = driver.lines.first { $0.contains("  \(command.words)") }
            for key in driver.state.keys.keys(for: command) { #expect(line?.contains("\(key)") == true, "\(key): \(command)") }
        }
        driver.type("x")
        #expect(driver.state.mode == .browse)
        #expect(driver.effects.isEmpty)
    }

    @Test func helpScrollsWhereItDoesNotFit() {
        var driver = Driver.loaded(columns: 40, rows: 12)
        driver.type("?")
        #expect(!driver.text.contains("wheel"))
        driver.press(.end)
        #expect(driver.text.contains("wheel"))
        driver.press(.down, .home)
        #expect(driver.lines.joined().contains("Moving"))
    }

    @Test func suspendingAndQuitting() {
        for keys in ["", "a", "/", "x", "?", "p", "s", "d", "t", "m", "e", ":"] {
            var driver = Driver.loaded()
            driver.type(keys)
            driver.forget()
            driver.control("z")
            #expect(driver.effects == [.suspend], "after \(keys)")
            driver.forget()
            driver.control("c")
            #expect(driver.effects == [.quit], "after \(keys)")
        }
        var driver = Driver.loaded()
        driver.type("q")
        #expect(driver.effects == [.quit])
    }

    /// Esc and a letter soon after it look like Alt with the letter.
    @Test func escMayBeFollowedAtOnce() {
        var driver = Driver.loaded()
        driver.type("?")
        driver.send(.input(.key(Key(.character("q"), .alt))))
        #expect(driver.effects == [.quit])
        driver = Driver.loaded()
        driver.type("aTea")
        driver.send(.input(.key(Key(.character("x"), .alt))))
        #expect(driver.typed == "Tea", "What is typed is not lost by Alt.")
    }

    @Test func pastedTextIsNoCommand() {
        var driver = Driver.loaded()
        driver.send(.input(.paste("q")))
        #expect(driver.effects.isEmpty)
        driver.type("a")
        driver.send(.input(.paste("two\r\nlines")))
        driver.press(.enter)
        #expect(driver.titles.first == "two lines")
    }

    @Test func nextAndPreviousMatch() {
        var driver = Driver.loaded()
        driver.type("/home")
        driver.press(.enter, .escape)
        #expect(driver.titles.count == 9, "The filter is gone, what was looked for is kept.")
        driver.type("gn")
        #expect(driver.state.board.current?.task.number == 4)
        driver.type("n")
        #expect(driver.state.board.current?.task.number == 6)
        driver.type("n")
        #expect(driver.state.board.current?.task.number == 4, "Around the end.")
        driver.type("N")
        #expect(driver.state.board.current?.task.number == 6)
        driver = Driver.loaded()
        driver.type("n")
        #expect(driver.state.notice?.text.contains("Nothing to look for") == true)
    }

    @Test(arguments: [("1", [4]), ("2", [5]), ("3", [8, 7, 3]), ("4", [9, 8, 7, 5, 4, 3, 2, 6, 1]), ("5", [6, 1])])
    func smartViews(key: String, numbers: [Int]) {
        var driver = Driver.loaded()
        driver.type("j\(key)")
        #expect(driver.items.map(\.task.number) == numbers)
        #expect(driver.state.board.cursor == 0 || key == "4")
    }

    @Test func theSidebarChoosesAView() {
        var driver = Driver.loaded()
        driver.press(.tab)
        driver.type("G")
        #expect(driver.state.board.view == .tag("work"))
        driver.type("k")
        #expect(driver.state.board.view == .tag("travel"))
        driver.press(.enter)
        #expect(!driver.state.isInSidebar)
        driver.type("[[[[[")
        #expect(driver.state.board.view == .list(nil))
        driver.type("hgl")
        #expect(driver.state.board.view == .today && !driver.state.isInSidebar)
    }

    @Test func theSidebarFoldsAway() {
        var driver = Driver.loaded()
        #expect(driver.text.contains("Upcoming"))
        driver.type("b")
        #expect(!driver.text.contains("Upcoming"))
        var narrow = Driver.loaded(columns: 40, rows: 12)
        #expect(!narrow.text.contains("Upcoming"))
        narrow.press(.tab)
        #expect(narrow.text.contains("Upcoming"), "It comes when it is wanted.")
        narrow.press(.tab)
        #expect(!narrow.text.contains("Upcoming"))
    }

    @Test func sorting() {
        var driver = Driver.loaded()
        driver.type("sd")
        #expect(driver.items.map(\.task.number) == [5, 4, 8, 7, 3, 9, 2, 6, 1])
        driver.type("sp")
        #expect(driver.items.map(\.task.number) == [5, 8, 7, 4, 3, 9, 2, 6, 1])
        driver.type("st")
        #expect(driver.titles.first == "Buy milk and bread")
        driver.type("sv")
        #expect(driver.items.map(\.task.number).first == 9)
        driver.type("s")
        driver.press(.down, .enter)
        #expect(driver.state.mode == .browse)
    }

    @Test func foldingTheDoneOnes() {
        var driver = Driver.loaded()
        driver.type("z")
        #expect(driver.titles.count == 7)
        #expect(driver.text.contains("2 done, folded away"))
        driver.type("z")
        #expect(driver.titles.count == 9)
    }

    @Test func copying() {
        var driver = Driver.loaded()
        driver.type("vy")
        #expect(driver.effects == [.copy("9")])
    }

    @Test func theMouse() throws {
        var driver = Driver.loaded()
        let row = try #require(driver.lines.firstIndex { $0.contains("Buy milk") })
        driver.click(40, row)
        #expect(driver.state.board.current?.task.number == 4)
        driver.send(.input(.mouse(Mouse(.scrollDown, at: Position(column: 40, row: 5)))))
        #expect(driver.state.board.cursor == 7)
        driver.send(.input(.mouse(Mouse(.scrollUp, at: Position(column: 40, row: 5)))))
        #expect(driver.state.board.cursor == 4)
        driver.click(3, 1)
        #expect(driver.state.board.view == .today)
        driver.click(3, try #require(driver.lines.firstIndex { $0.contains("@work") }))
        #expect(driver.state.board.view == .tag("work"))
        driver.type("a")
        driver.click(40, 5)
        #expect(driver.typed?.isEmpty == true, "A click takes no line away that is being typed.")
    }

    @Test func aSpaceInTheDetailsReads() {
        var driver = Driver.loaded(columns: 40, rows: 10)
        driver.press(.down, .enter)
        #expect(driver.text.contains("more"))
        driver.press(.end)
        #expect(driver.text.contains("created"))
        driver.press(.escape)
        #expect(driver.state.mode == .browse)
    }

    /// Nothing that a key does may look at the texts of all tasks; only the filter does.
    @Test func tenThousandTasksAreQuick() {
        var driver = Driver.loaded(
            (1...10_000).map { Driver.task($0, "Task number \($0)", done: $0 % 3 == 0, tags: ["t\($0 % 7)"]) })
        let clock = ContinuousClock()
        let spent = clock.measure {
            for _ in 0..<100 {
                driver.press(.down)
                _ = driver.state.view()
            }
        }
        // Measured: some milliseconds each in a debug build. Far above it would be work over all tasks for each key.
        #expect(spent < .seconds(5))
    }
}
