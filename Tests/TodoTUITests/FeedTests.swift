import FoundationEssentials
import Testing
import TodoCore
import TodoTUIKit

@Suite("The live feed")
struct FeedTests {
    static let away = Failure(.unreachable, "Can't reach the server.")

    static func newer(_ number: Int, _ title: String, done: Bool = false, version: Int = 2) -> TodoTask {
        var task = Driver.task(number, title, done: done)
        task.version = version
        task.updatedAt = Driver.time.addingTimeInterval(50)
        return task
    }

    @Test func theFeedComesBeforeTheTasks() {
        var driver = Driver()
        #expect(driver.effects == [.follow, .loadAccount, .loadLists])
        #expect(driver.text.contains("Loading your tasks…"))
        driver.forget()
        driver.send(.feed(.connected))
        #expect(driver.lastLoad() != nil)
    }

    @Test func aSlowFeedHoldsNothingUp() throws {
        var driver = Driver()
        driver.send(.account(.success("ann@example.org")))
        driver.send(.feed(.slow))
        driver.answerLoad(Driver.samples)
        #expect(driver.titles.count == 9)
        driver.forget()
        driver.send(.feed(.connected))
        #expect(driver.effects.isEmpty)
        driver.type("r")
        let load = try #require(driver.lastLoad())
        driver.send(.feed(.connected))
        driver.send(.loaded(load: load, deleted: false, nil))
        #expect(driver.lastLoad() != load, "What was asked for before the feed may be too old.")
    }

    @Test func anEventAsksForItsTaskOnly() {
        var driver = Driver.loaded()
        driver.type("jj")
        driver.send(Driver.event(.taskUpdated(task: Driver.id(4), changes: [:])))
        #expect(driver.effects == [.loadTask(Driver.id(4))])
        driver.send(Driver.event(.taskCompleted(task: Driver.id(4))))
        #expect(driver.effects == [.loadTask(Driver.id(4))], "It is being asked for.")
        driver.send(.task(Driver.id(4), .success(Self.newer(4, "Buy oat milk"))))
        #expect(driver.effects == [.loadTask(Driver.id(4)), .loadTask(Driver.id(4))], "It has changed again meanwhile.")
        #expect(driver.titles.contains("Buy oat milk"))
        #expect(driver.state.board.current?.task.number == 7)
    }

    @Test func aTaskOfSomeoneElseComesIn() {
        var driver = Driver.loaded()
        driver.type("jj")
        driver.send(Driver.event(.taskCreated(task: Driver.id(20), title: "New")))
        driver.send(.task(Driver.id(20), .success(Driver.task(20, "New"))))
        #expect(driver.titles.first == "New")
        #expect(driver.state.board.current?.task.number == 7, "The cursor stays on its task.")
        #expect(driver.state.board.counts.open == 8)
        var other = Driver.loaded()
        other.type("/milk")
        other.send(.task(Driver.id(20), .success(Driver.task(20, "New"))))
        #expect(other.titles == ["Buy milk and bread"])
        other.send(.task(Driver.id(21), .success(Driver.task(21, "Milk the cow"))))
        #expect(other.titles == ["Milk the cow", "Buy milk and bread"])
    }

    @Test func aDeletionThatIsToldLateIsOldNewsAfterARestore() {
        var driver = Driver.loaded()
        // Restored at 50, by this client or as an answer told.
        driver.send(.task(Driver.id(8), .success(Self.newer(8, "Call the dentist", version: 3))))
        driver.send(Driver.event(.taskDeleted(task: Driver.id(8)), at: 40))
        #expect(driver.titles.contains("Call the dentist"))
        driver.send(Driver.event(.taskDeleted(task: Driver.id(8)), at: 60))
        #expect(!driver.titles.contains("Call the dentist"))
    }

    @Test func aTaskThatIsDeletedElsewhereGoes() {
        var driver = Driver.loaded()
        driver.type("j")
        driver.send(Driver.event(.taskDeleted(task: Driver.id(8))))
        #expect(!driver.titles.contains("Call the dentist") && driver.effects.isEmpty)
        #expect(driver.state.board.current?.task.number == 7)
        driver.send(.task(Driver.id(8), .success(Driver.task(8, "Call the dentist"))))
        #expect(!driver.titles.contains("Call the dentist"), "An answer from before it was deleted.")
        driver.send(Driver.event(.taskRestored(task: Driver.id(8)), at: 60))
        driver.send(.task(Driver.id(8), .success(Self.newer(8, "Call the dentist", version: 3))))
        #expect(driver.titles.contains("Call the dentist"))
    }

    @Test func whatIsCompletedElsewhereStaysInItsPlace() {
        var driver = Driver.loaded()
        driver.send(.task(Driver.id(8), .success(Self.newer(8, "Call the dentist", done: true))))
        #expect(driver.items[1].task.done && !driver.items[1].isInDoneSection)
        #expect(driver.state.board.counts.done == 3)
    }

    @Test func ourOwnChangesAreNotAskedForAgain() throws {
        var driver = Driver.loaded()
        driver.type(" ")
        let change = try #require(driver.changes.first)
        driver.forget()
        driver.send(Driver.event(.taskCompleted(task: Driver.id(9))))
        #expect(driver.effects.isEmpty, "The answer will tell.")
        driver.send(.changed(change, .success(Self.newer(9, "Plan", done: true))))
        driver.send(Driver.event(.taskCompleted(task: Driver.id(9))))
        #expect(driver.effects.isEmpty)
    }

    @Test func someoneElsesChangeBesideOursIsAskedFor() throws {
        var driver = Driver.loaded()
        driver.type(" ")
        let change = try #require(driver.changes.first)
        driver.forget()
        driver.send(Driver.event(.taskUpdated(task: Driver.id(9), changes: [:]), at: 70))
        driver.send(.changed(change, .success(Self.newer(9, "Plan", done: true))))
        #expect(driver.effects == [.loadTask(Driver.id(9))])
    }

    @Test func whatIsBeingEditedIsNotOverwritten() {
        var driver = Driver.loaded()
        driver.type("je, at noon")
        driver.send(.task(Driver.id(8), .success(Self.newer(8, "Theirs"))))
        #expect(driver.typed == "Call the dentist, at noon")
        driver.press(.enter)
        #expect(driver.changes.first?.base == 1, "So the server can tell that theirs came between.")
    }

    @Test func anOlderAnswerChangesNothing() {
        var driver = Driver.loaded()
        driver.send(.task(Driver.id(8), .success(Self.newer(8, "Newest", version: 5))))
        driver.send(.task(Driver.id(8), .success(Self.newer(8, "Old", version: 4))))
        #expect(driver.titles.contains("Newest"))
        driver.type("r")
        driver.answerLoad(Driver.samples)
        #expect(driver.titles.contains("Newest"))
    }

    @Test func aResetLoadsTheList() {
        var driver = Driver.loaded()
        driver.type("jj")
        driver.send(.feed(.reset))
        #expect(driver.lastLoad() != nil)
        driver.answerLoad(Driver.samples.filter { $0.number != 9 })
        #expect(driver.titles.count == 8 && driver.state.board.current?.task.number == 7)
    }

    @Test func manyChangesAtOnceLoadTheList() {
        var driver = Driver.loaded()
        for number in 1...50 { driver.send(Driver.event(.taskCreated(task: Driver.id(1000 + number), title: "x"))) }
        #expect(driver.effects.filter { if case .loadTask = $0 { true } else { false } }.count == 40)
        #expect(driver.effects.filter { if case .load = $0 { true } else { false } }.count == 1)
    }

    @Test func whatHappensWhileLoadingIsNotLost() throws {
        var driver = Driver.loaded()
        driver.type("r")
        let load = try #require(driver.lastLoad())
        driver.send(.page(load: load, Array(Driver.samples.prefix(4)), total: 9))
        driver.send(.task(Driver.id(20), .success(Driver.task(20, "Came between"))))
        driver.send(.page(load: load, Array(Driver.samples.suffix(5)), total: 9))
        driver.send(.loaded(load: load, deleted: false, nil))
        #expect(driver.titles.contains("Came between"))
        driver.send(.page(load: 77, [Driver.task(99, "Nobody asked")], total: 1))
        #expect(!driver.titles.contains("Nobody asked"))
    }

    @Test func withTheServerAwayOneCanRead() {
        var driver = Driver.loaded()
        driver.send(.feed(.lost(Self.away)))
        #expect(driver.lines[0].contains("server away") && driver.titles.count == 9)
        for key in [" ", "x", "p", "d", "t", "m", "e", "E", "u", "+", "a"] {
            driver.type(key)
            #expect(driver.effects.isEmpty && driver.state.mode == .browse, "\(key)")
            #expect(driver.state.notice?.text.contains("only reading") == true)
        }
        driver.type(":rm 9")
        driver.press(.enter)
        #expect(driver.effects.isEmpty)
        driver.type("/milk")
        #expect(driver.titles == ["Buy milk and bread"])
        driver.press(.escape)
        driver.send(.feed(.connected))
        #expect(!driver.text.contains("server away") && driver.text.contains("The server is back."))
        driver.type(" ")
        #expect(driver.changes.count == 1)
    }

    @Test func whatWasBeingTypedWaitsForTheServer() {
        var driver = Driver.loaded()
        driver.type("aTea")
        driver.send(.feed(.lost(Self.away)))
        driver.press(.enter)
        #expect(driver.typed == "Tea" && driver.changes.isEmpty)
        driver.send(.feed(.connected))
        driver.press(.enter)
        #expect(driver.changes.count == 1)
    }

    @Test func withTheServerAwayFromTheStart() {
        var driver = Driver()
        driver.send(.account(.failure(Self.away)))
        driver.send(.lists(.failure(Self.away)))
        driver.send(.feed(.lost(Self.away)))
        #expect(driver.text.contains("could not be loaded"))
        driver.forget()
        driver.type("r")
        #expect(driver.effects.prefix(2) == [.redraw, .follow])
        driver.answerLoad([], Self.away)
        driver.forget()
        driver.send(.feed(.connected))
        #expect(driver.lastLoad() != nil && driver.effects.contains(.loadAccount) && driver.effects.contains(.loadLists))
        driver.answerLoad(Driver.samples)
        #expect(driver.titles.count == 9)
    }

    @Test func theHistoryIsWhatTheFeedTold() {
        var driver = Driver.loaded()
        driver.type("j")
        driver.send(
            Driver.event(
                .taskUpdated(
                    task: Driver.id(8),
                    changes: ["title": .init(from: "A", to: "B"), "tags": .init(from: .array([]), to: .array(["x"]))])))
        #expect(driver.state.history.lines(of: Driver.id(8)).map(\.text) == ["tags: none → x; title: A → B"])
        driver.press(.enter)
        #expect(driver.text.contains("title: A → B"))
    }

    @Test func anUnknownListIsAskedFor() {
        var driver = Driver.loaded()
        driver.send(.task(Driver.id(20), .success(Driver.task(20, "New", list: "OPS"))))
        #expect(driver.effects == [.loadLists])
        #expect(driver.text.contains("OPS"))
    }

    @Test func anEndedFeedWithoutALoginLeadsToTheForm() {
        var driver = Driver.loaded()
        driver.send(.feed(.ended(Failure(.unauthorized, "Your login has expired."))))
        if case .account = driver.state.screen {} else { Issue.record("no form") }
    }

    @Test func withoutAFeedOneCanStillWork() {
        var driver = Driver()
        driver.send(.account(.success("ann@example.org")))
        driver.send(.feed(.ended(Failure(.gone, "There is no such path."))))
        driver.answerLoad(Driver.samples)
        #expect(driver.text.contains("not live") && driver.titles.count == 9)
        driver.forget()
        driver.type(" ")
        #expect(driver.changes.count == 1)
    }
}
