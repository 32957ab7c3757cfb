import Testing
import TodoCore
import TodoTUIKit

@Suite("The server's answers")
struct AnswerTests {
    static let away = Failure(.unreachable, "Can't reach the server.")

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
        let before = driver.items, counts = driver.state.board.counts
        driver.press(.character(" "))
        driver.send(.changed(try #require(driver.changes.first), .failure(Failure(.refused, "The server is busy."))))
        #expect(driver.items == before && driver.state.board.counts == counts)
        #expect(driver.state.notice?.kind == .failure)
        #expect(driver.state.notice?.text.contains("was not changed. The server is busy.") == true)
        driver.forget()
        driver.type("u")
        #expect(driver.changes.isEmpty, "What was never done can't be undone.")
    }

    /// Two key presses, the first of which is refused: the second one's effect stays.
    @Test func changesOfOneTaskDoNotDisturbEachOther() throws {
        var driver = Driver.loaded()
        driver.type("  ")
        let (first, second) = (driver.changes[0], driver.changes[1])
        driver.send(.changed(first, .success(Driver.task(9, "Plan", done: true))))
        #expect(driver.state.board.current?.task.done == false)
        driver.send(.changed(second, .success(Driver.task(9, "Plan", done: false))))
        #expect(driver.state.board.pendingCount == 0)
        #expect(driver.state.board.current?.task.done == false)
    }

    @Test func anAddedTaskGetsItsReference() throws {
        var driver = Driver.loaded()
        driver.type("aTea")
        driver.press(.enter)
        var answer = Driver.task(10, "Tea")
        answer.id = Driver.id(900)
        driver.send(.changed(try #require(driver.changes.first), .success(answer)))
        #expect(driver.lines[2].contains(">    10  [ ] Tea"))
        #expect(driver.state.notice?.text == "Added 10: Tea")
        #expect(driver.state.board.counts.total == 10)
    }

    @Test func aServerMayChooseAnotherID() throws {
        var driver = Driver.loaded()
        driver.type("aTea")
        driver.press(.enter)
        driver.send(.changed(try #require(driver.changes.first), .success(Driver.task(10, "Tea"))))
        #expect(driver.titles.filter { $0 == "Tea" }.count == 1)
        #expect(driver.state.board.current?.task.id == Driver.id(10))
    }

    @Test func aTaskThatCouldNotBeAddedIsOfferedAgain() throws {
        var driver = Driver.loaded()
        driver.type("aTea @home")
        driver.press(.enter)
        driver.send(.changed(try #require(driver.changes.first), .failure(Self.away)))
        #expect(driver.titles.count == 9)
        driver.type("a")
        #expect(driver.typed == "Tea @home", "As it was typed.")
        driver.send(.freshID(Driver.id(901)))
        driver.press(.enter)
        #expect(driver.changes.last?.task == Driver.id(900), "The same id: it may have arrived.")
        driver.send(.changed(try #require(driver.changes.last), .failure(Self.away)))
        driver.type("a")
        driver.press(.home)
        driver.type("More ")
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
        driver.type("r")
        driver.answerLoad([arrived] + Driver.samples)
        driver.type("a")
        #expect(driver.typed == "")
    }

    @Test func aTaskOnItsWaySurvivesARefresh() {
        var driver = Driver.loaded()
        driver.type("aTea")
        driver.press(.enter)
        driver.type("r")
        driver.answerLoad(Driver.samples)
        #expect(driver.titles.first == "Tea")
        #expect(driver.state.board.counts.total == 10)
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
        #expect(driver.titles.count == 8)
        driver.send(.changed(try #require(driver.changes.first), .failure(Failure(.refused, "No."))))
        #expect(driver.titles == before)
    }

    @Test func someOfManyMayFail() {
        var driver = Driver.loaded()
        driver.type("vvv ")
        let changes = driver.changes
        driver.send(.changed(changes[1], .failure(Failure(.refused, "No."))))
        for change in [changes[0], changes[2]] {
            var task = driver.state.board.task(change.task!)!
            task.version += 1
            driver.send(.changed(change, .success(task)))
        }
        #expect(driver.items.prefix(3).map(\.task.done) == [true, false, true])
        #expect(driver.state.notice?.kind == .failure, "It isn't hidden by the others' success.")
        driver.forget()
        driver.type("u")
        #expect(driver.changes.count == 2)
    }

    @Test func quittingWaitsForWhatIsBeingSaved() throws {
        var driver = Driver.loaded()
        driver.type(" q")
        #expect(!driver.effects.contains(.quit))
        #expect(driver.text.contains("Saving first"))
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
        driver.type("1")
        #expect(driver.titles == ["Buy milk and bread"])
        driver.send(.today(LocalDate(year: 2026, month: 11, day: 22)!, utcOffset: 3600))
        #expect(driver.titles == ["Call the dentist"])
    }
}

@Suite("Conflicts")
struct ConflictTests {
    /// Ann edits a title; somebody else was faster.
    static func conflicting() throws -> Driver {
        var driver = Driver.loaded()
        driver.type("je, at noon")
        driver.press(.enter)
        var theirs = Driver.task(8, "Call the dentist before Friday", due: 1)
        theirs.version = 4
        let change = try #require(driver.changes.first)
        driver.forget()
        driver.send(.changed(change, .failure(Failure(.conflict(theirs), "Changed meanwhile."))))
        return driver
    }

    @Test func bothVersionsAreShown() throws {
        let driver = try Self.conflicting()
        #expect(driver.text.contains("Call the dentist before Friday"))
        #expect(driver.text.contains("Call the dentist, at noon"))
        #expect(driver.state.board.current?.task.version == 4)
    }

    @Test func mineIsSentForTheirVersion() throws {
        var driver = try Self.conflicting()
        driver.type("m")
        let change = try #require(driver.changes.first)
        #expect(change.kind == .update(Driver.id(8), TaskPatch(title: "Call the dentist, at noon")))
        #expect(change.base == 4 && change.isGuarded)
    }

    @Test(arguments: [Key.character("t"), Key(.escape)]) func theirsStays(key: Key) throws {
        var driver = try Self.conflicting()
        driver.send(.input(.key(key)))
        #expect(driver.changes.isEmpty && driver.state.mode == .browse)
        #expect(driver.state.board.current?.task.title == "Call the dentist before Friday")
    }

    @Test func mineCanBeEditedAgain() throws {
        var driver = try Self.conflicting()
        driver.type("e")
        #expect(driver.typed == "Call the dentist, at noon")
        driver.press(.enter)
        #expect(driver.changes.first?.base == 4)
    }

    @Test func noKeyDecidesByAccident() throws {
        var driver = try Self.conflicting()
        driver.type(" jkq")
        driver.press(.enter)
        #expect(driver.effects.isEmpty)
        if case .conflict = driver.state.mode {} else { Issue.record("The question is gone.") }
    }

    @Test func theQuestionWaitsUntilNothingIsTyped() {
        var driver = Driver.loaded()
        driver.type("je!")
        driver.press(.enter)
        let change = driver.changes[0]
        driver.type("aTea")
        var theirs = Driver.task(8, "Theirs")
        theirs.version = 4
        driver.send(.changed(change, .failure(Failure(.conflict(theirs), "Changed."))))
        #expect(driver.typed == "Tea")
        driver.press(.enter)
        if case .conflict = driver.state.mode {} else { Issue.record("It was never asked.") }
    }
}
