import Testing
import TodoCore
import TodoTUIKit

@Suite("Keys on the board")
struct BoardTests {
    @Test func openOnesComeFirstEachInTheServersOrder() {
        #expect(Driver.loaded().state.board.items.map(\.task.number) == [9, 8, 7, 5, 4, 3, 2, 6, 1])
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
        // Ten rows without header, status and hints, and one that stays for orientation.
        #expect(driver.state.board.cursor == 6)
    }

    @Test func spaceCompletesAtOnceAndReopens() {
        var driver = Driver.loaded()
        driver.press(.down, .character(" "))
        #expect(driver.changes.map(\.kind) == [.update(Driver.id(8), TaskPatch(done: true))])
        #expect(driver.state.board.current?.task.done == true)
        #expect(driver.state.board.current?.isSaving == true)
        #expect(driver.state.board.cursor == 1, "It stays where it is, and the cursor on it.")
        #expect(driver.state.board.doneCount == 3)
        driver.press(.character(" "))
        #expect(driver.changes.last?.kind == .update(Driver.id(8), TaskPatch(done: false)))
        #expect(driver.state.board.current?.task.done == false)
    }

    @Test func aAddsWithTheIDAtHand() {
        var driver = Driver.loaded()
        driver.type("a  Tea 🍵 ")
        #expect(driver.state.view().caret != nil)
        driver.press(.enter)
        #expect(driver.changes.map(\.kind) == [.create(TaskDraft(title: "Tea 🍵", id: Driver.id(900)))])
        #expect(driver.effects.last == .makeID)
        #expect(driver.titles.first == "Tea 🍵")
        #expect(driver.state.board.cursor == 0)
        #expect(driver.lines[2].hasPrefix(">   new [ ] Tea 🍵"))
        driver.send(.freshID(Driver.id(901)))
        driver.type("aMore")
        driver.press(.enter)
        #expect(driver.changes.last?.task == Driver.id(901))
        #expect(driver.state.mode == .browse)
    }

    @Test func anEmptyTitleAddsNothing() {
        var driver = Driver.loaded()
        driver.type("a  ")
        driver.press(.enter)
        #expect(driver.effects.isEmpty)
        #expect(driver.state.mode == .browse)
    }

    @Test func aTooLongTitleIsToldAndKept() {
        var driver = Driver.loaded()
        driver.type("a")
        driver.send(.input(.paste(String(repeating: "x", count: 501))))
        driver.press(.enter)
        #expect(driver.effects.isEmpty)
        #expect(driver.state.notice?.kind == .failure)
        driver.press(.backspace, .enter)
        #expect(driver.changes.count == 1)
    }

    @Test func escLeavesTheInput() {
        var driver = Driver.loaded()
        driver.type("aq x")
        driver.press(.escape)
        #expect(driver.effects.isEmpty)
        #expect(driver.titles.count == 9)
        #expect(driver.state.mode == .browse)
    }

    @Test(arguments: ["x", "D"]) func deletingAsksFirst(key: String) {
        var driver = Driver.loaded()
        driver.press(.down)
        driver.type(key)
        #expect(driver.effects.isEmpty)
        #expect(driver.lines[22].contains("Delete “Call the dentist”?"))
        driver.type("n")
        #expect(driver.effects.isEmpty)
        #expect(driver.titles.count == 9)
        driver.type("\(key)y")
        #expect(driver.changes.map(\.kind) == [.delete(Driver.id(8))])
        #expect(driver.titles.count == 8)
        #expect(driver.state.board.current?.task.number == 7, "The next one comes under the cursor.")
    }

    @Test func enterDoesNotConfirmADeletion() {
        var driver = Driver.loaded()
        driver.type("x")
        driver.press(.enter)
        #expect(driver.effects.isEmpty)
    }

    @Test func theFilterFollowsTheKeys() {
        var driver = Driver.loaded()
        driver.type("/WORK page")
        #expect(driver.titles == ["Fix the front page"])
        driver.press(.enter)
        #expect(driver.state.mode == .browse)
        #expect(driver.lines[1].contains("/ WORK page"))
        driver.press(.escape)
        #expect(driver.titles.count == 9)
        driver.type("/web-3")
        #expect(driver.titles == ["Fix the front page"])
        driver.press(.escape)
        #expect(driver.titles.count == 9)
        driver.type("/nowhere")
        #expect(driver.titles.isEmpty)
        driver.press(.enter, .character(" "), .character("x"), .down)
        #expect(driver.effects.isEmpty, "Without a task there is nothing to do.")
    }

    @Test func theCursorStaysOnItsTask() {
        var driver = Driver.loaded()
        driver.press(.down, .down)
        #expect(driver.state.board.current?.task.number == 7)
        driver.send(.tasks(.success([Driver.task(11, "New"), Driver.task(10, "Too")] + Driver.samples)))
        #expect(driver.state.board.current?.task.number == 7)
        #expect(driver.state.board.cursor == 4)
        driver.send(.tasks(.success(Array(Driver.samples.filter { $0.number != 7 }))))
        #expect(driver.state.board.cursor == 4, "Its place, where it is gone.")
        driver.send(.tasks(.success([])))
        #expect(driver.state.board.cursor == nil)
    }

    @Test func refreshing() {
        var driver = Driver.loaded()
        driver.type("r")
        #expect(driver.effects == [.redraw, .loadTasks])
        driver.forget()
        driver.control("l")
        #expect(driver.effects == [.redraw], "It is being loaded already.")
    }

    @Test func helpShowsEveryKey() {
        var driver = Driver.loaded(columns: 100, rows: 40)
        driver.type("?")
        let text = driver.lines.joined(separator: "\n")
        for binding in driver.state.keys.bindings {
            for key in binding.keys { #expect(text.contains("\(key)"), "\(key) is missing") }
        }
        driver.type("x")
        #expect(driver.state.mode == .browse)
        #expect(driver.effects.isEmpty)
    }

    @Test func helpScrollsWhereItDoesNotFit() {
        var driver = Driver.loaded(columns: 40, rows: 12)
        driver.type("?")
        #expect(!driver.lines.joined().contains("quit at once"))
        driver.press(.end)
        #expect(driver.lines.joined().contains("quit at once"))
        driver.press(.down, .home)
        #expect(driver.lines.joined().contains("Moving"))
    }

    @Test func suspendingAndQuitting() {
        for keys in ["", "a", "/", "x", "?"] {
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
        #expect(driver.state.mode == .add(LineEditor("Tea")), "What is typed is not lost by Alt.")
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
