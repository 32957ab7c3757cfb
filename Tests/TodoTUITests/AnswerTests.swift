import Testing
import TodoCore
import TodoTUIKit

@Suite("The server's answers")
struct AnswerTests {
    static let away = Failure(.unreachable, "Can't reach the server.")

    @Test func startingAsksForTasksAndAccount() {
        let driver = Driver()
        #expect(driver.effects == [.loadTasks, .loadAccount])
        #expect(driver.lines.contains { $0.contains("Loading your tasks…") })
    }

    @Test func aCompletionIsReconciled() throws {
        var driver = Driver.loaded()
        driver.press(.down, .character(" "))
        var answer = Driver.task(8, "Call the dentist (changed elsewhere)", done: true)
        answer.version = 7
        driver.send(.changed(try #require(driver.changes.first), .success(answer)))
        #expect(driver.state.board.current?.task == answer)
        #expect(driver.state.board.current?.isSaving == false)
        #expect(driver.state.notice == .init(.success, "Done: Call the dentist"))
    }

    @Test func aRefusedCompletionIsTakenBack() throws {
        var driver = Driver.loaded()
        let before = driver.state.board
        driver.press(.character(" "))
        driver.send(.changed(try #require(driver.changes.first), .failure(Failure(.refused, "The server is busy."))))
        #expect(driver.state.board == before)
        #expect(driver.state.notice?.kind == .failure)
        #expect(driver.state.notice?.text.contains("was not changed. The server is busy.") == true)
    }

    /// Two key presses, the first of which is refused: the second one's effect stays.
    @Test func changesOfOneTaskDoNotDisturbEachOther() throws {
        var driver = Driver.loaded()
        driver.type("  ")
        let (first, second) = (driver.changes[0], driver.changes[1])
        driver.send(.changed(first, .success(Driver.task(9, "Plan", done: true))))
        #expect(driver.state.board.current?.task.done == false)
        driver.send(.changed(second, .success(Driver.task(9, "Plan", done: false))))
        #expect(driver.state.board.pending.isEmpty)
        #expect(driver.state.board.current?.task.done == false)
    }

    @Test func anAddedTaskGetsItsReference() throws {
        var driver = Driver.loaded()
        driver.type("aTea")
        driver.press(.enter)
        var answer = Driver.task(10, "Tea")
        answer.id = Driver.id(900)
        driver.send(.changed(try #require(driver.changes.first), .success(answer)))
        #expect(driver.lines[2].hasPrefix(">    10 [ ] Tea"))
        #expect(driver.state.notice?.text == "Added 10: Tea")
        #expect(driver.state.board.count == 10)
    }

    @Test func aTaskThatCouldNotBeAddedIsOfferedAgain() throws {
        var driver = Driver.loaded()
        driver.type("aTea")
        driver.press(.enter)
        driver.send(.changed(try #require(driver.changes.first), .failure(Self.away)))
        #expect(driver.titles.count == 9)
        #expect(driver.state.isAway)
        driver.type("a")
        #expect(driver.state.mode == .add(LineEditor("Tea")))
        driver.send(.freshID(Driver.id(901)))
        driver.press(.enter)
        #expect(driver.changes.last?.task == Driver.id(900), "The same id: it may have arrived.")
        driver.send(.changed(try #require(driver.changes.last), .failure(Self.away)))
        driver.type("a!")
        driver.press(.enter)
        #expect(driver.changes.last?.task == Driver.id(901), "Another task.")
    }

    @Test func aTaskThatHadArrivedAfterAllIsNotOfferedAgain() throws {
        var driver = Driver.loaded()
        driver.type("aTea")
        driver.press(.enter)
        driver.send(.changed(try #require(driver.changes.first), .failure(Self.away)))
        var arrived = Driver.task(10, "Tea")
        arrived.id = Driver.id(900)
        driver.send(.tasks(.success([arrived] + Driver.samples)))
        driver.type("a")
        #expect(driver.state.mode == .add(LineEditor()))
    }

    @Test func aTaskOnItsWaySurvivesARefresh() {
        var driver = Driver.loaded()
        driver.type("aTea")
        driver.press(.enter)
        driver.send(.tasks(.success(Driver.samples)))
        #expect(driver.titles.first == "Tea")
        #expect(driver.state.board.count == 10)
    }

    @Test func aTaskThatIsGoneIsTakenOffTheList() throws {
        var driver = Driver.loaded()
        driver.press(.character(" "))
        driver.send(.changed(try #require(driver.changes.first), .failure(Failure(.gone, "No such task."))))
        #expect(driver.titles.count == 8)
        #expect(driver.state.notice?.text.contains("deleted elsewhere") == true)
        driver.forget()
        driver.type("xy")
        driver.send(.changed(try #require(driver.changes.first), .failure(Failure(.gone, "No such task."))))
        #expect(driver.state.notice?.kind == .success, "It was to be deleted, and it is.")
    }

    @Test func aRefusedDeletionBringsTheTaskBack() throws {
        var driver = Driver.loaded()
        let before = driver.titles
        driver.type("xy")
        driver.send(.changed(try #require(driver.changes.first), .failure(Failure(.refused, "No."))))
        #expect(driver.titles == before)
    }

    @Test func withTheServerAwayTheTasksStay() {
        var driver = Driver.loaded()
        driver.type("r")
        driver.send(.tasks(.failure(Self.away)))
        #expect(driver.titles.count == 9)
        #expect(driver.lines[0].contains("server away"))
        #expect(driver.lines[22].contains("! Can't reach the server."))
        driver.press(.down)
        #expect(driver.state.notice?.kind == .failure, "Moving does not wipe an error away.")
        driver.forget()
        driver.type("r")
        #expect(driver.effects.contains(.loadTasks))
        driver.send(.tasks(.success(Driver.samples)))
        #expect(!driver.lines[0].contains("server away"))
        #expect(driver.state.notice == nil)
    }

    @Test func withTheServerAwayFromTheStart() {
        var driver = Driver()
        driver.send(.tasks(.failure(Self.away)))
        driver.send(.account(.failure(Self.away)))
        #expect(driver.lines.contains { $0.contains("could not be loaded") })
        driver.forget()
        driver.type("r")
        #expect(driver.effects == [.redraw, .loadTasks, .loadAccount])
    }

    @Test func quittingWaitsForWhatIsBeingSaved() throws {
        var driver = Driver.loaded()
        driver.type(" q")
        #expect(!driver.effects.contains(.quit))
        #expect(driver.lines[22].contains("Saving first"))
        driver.send(.changed(try #require(driver.changes.first), .success(Driver.task(9, "Plan", done: true))))
        #expect(driver.effects.last == .quit)

        var impatient = Driver.loaded()
        impatient.type(" qq")
        #expect(impatient.effects.last == .quit)

        var unlucky = Driver.loaded()
        unlucky.type(" q")
        unlucky.send(.changed(try #require(unlucky.changes.first), .failure(Self.away)))
        #expect(!unlucky.effects.contains(.quit), "What was lost is told first.")
    }

    @Test func aSessionThatEndsAsksToSignInAgain() throws {
        var driver = Driver.loaded()
        driver.press(.character(" "))
        driver.send(.changed(try #require(driver.changes.first), .failure(Failure(.unauthorized, "Your session has ended."))))
        guard case .account(let form) = driver.state.screen else {
            Issue.record("no form")
            return
        }
        #expect(form.email.text == "ann@example.org")
        #expect(form.focus == .password)
        #expect(driver.titles.count == 9)
    }

    @Test func aNewDayChangesWhatIsDue() {
        var driver = Driver.loaded()
        #expect(driver.lines.contains { $0.contains("Call the dentist") && $0.contains("tomorrow") })
        driver.send(.today(LocalDate(year: 2026, month: 11, day: 22)!))
        #expect(driver.lines.contains { $0.contains("Call the dentist") && $0.contains("today") })
    }
}
