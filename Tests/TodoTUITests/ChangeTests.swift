import FoundationEssentials
import Testing
import TodoCore
import TodoTUIKit

@Suite("Changing tasks")
struct ChangeTests {
    static func day(_ text: String) -> LocalDate { LocalDate(text)! }

    @Test func spaceCompletesAtOnceAndReopens() {
        var driver = Driver.loaded()
        driver.press(.down, .character(" "))
        #expect(driver.changes.map(\.kind) == [.update(Driver.id(8), TaskPatch(done: true))])
        #expect(driver.state.board.current?.task.done == true)
        #expect(driver.state.board.current?.isSaving == true)
        #expect(driver.state.board.cursor == 1, "It stays where it is, and the cursor on it.")
        #expect(driver.state.board.counts.done == 3)
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
        #expect(driver.lines[2].contains("new  [ ]~Tea 🍵"))
        driver.send(.freshID(Driver.id(901)))
        driver.type("aMore")
        driver.press(.enter)
        #expect(driver.changes.last?.task == Driver.id(901))
        #expect(driver.state.mode == .browse)
    }

    @Test func quickAddIsReadAsItIsTyped() throws {
        var driver = Driver.loaded()
        driver.type("aPay rent due:fri p:high +web @home")
        #expect(driver.text.contains("due Fri 27 Nov, priority high, list WEB, tag @home"))
        driver.press(.enter)
        let draft = TaskDraft(
            title: "Pay rent", id: Driver.id(900), list: "WEB", dueOn: Self.day("2026-11-27"), priority: 3, tags: ["home"])
        #expect(driver.changes.map(\.kind) == [.create(draft)])
    }

    @Test func aMistakeInQuickAddAddsNothing() {
        var driver = Driver.loaded()
        driver.type("aTea +nowhere")
        #expect(driver.text.contains("no list of yours"))
        driver.press(.enter)
        #expect(driver.changes.isEmpty && driver.typed == "Tea +nowhere")
        #expect(driver.state.notice?.kind == .failure)
    }

    @Test func aTaskBelongsToTheViewItIsAddedIn() {
        func add(_ keys: String) -> TaskDraft? {
            var driver = Driver.loaded()
            driver.type(":\(keys)")
            driver.press(.enter)
            driver.type("aTea")
            driver.press(.enter)
            if case .create(let draft) = driver.changes.first?.kind { return draft }
            return nil
        }
        #expect(add("ls +web")?.list == "WEB")
        #expect(add("ls @home")?.tags == ["home"])
        #expect(add("today")?.dueOn == Driver.today)
        #expect(add("all") == TaskDraft(title: "Tea", id: Driver.id(900)))
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

    @Test func theTitleIsEditedInItsPlace() throws {
        var driver = Driver.loaded()
        driver.type("je")
        let row = try #require(driver.lines.firstIndex { $0.contains("Title") && $0.contains("Call the dentist") })
        #expect(driver.state.view().caret?.row == row)
        driver.type(" at 9")
        driver.press(.enter)
        #expect(driver.changes.map(\.kind) == [.update(Driver.id(8), TaskPatch(title: "Call the dentist at 9"))])
        #expect(driver.changes.first?.isGuarded == true && driver.changes.first?.base == 1)
        #expect(driver.state.board.current?.task.title == "Call the dentist at 9")
        driver.forget()
        driver.type("e")
        driver.press(.enter)
        #expect(driver.changes.isEmpty, "Nothing has changed.")
    }

    @Test(arguments: [
        ("next-fri", "2026-11-27"), ("24.12.", "2026-12-24"), ("in-3-days", "2026-11-24"), ("none", nil), ("", nil),
    ]) func dueDays(text: String, day: String?) {
        var driver = Driver.loaded()
        driver.type("jd")
        driver.control("u")
        driver.type(text)
        driver.press(.enter)
        #expect(driver.changes.map(\.kind) == [.update(Driver.id(8), TaskPatch(dueOn: .some(day.flatMap { LocalDate($0) })))])
    }

    @Test func aDayThatIsNoneIsAskedForAgain() {
        var driver = Driver.loaded()
        driver.type("jd")
        driver.control("u")
        driver.type("someday")
        driver.press(.enter)
        #expect(driver.changes.isEmpty && driver.typed == "someday")
    }

    @Test func priorities() {
        var driver = Driver.loaded()
        driver.type("jp3")
        #expect(driver.changes.last?.kind == .update(Driver.id(8), TaskPatch(priority: 3)))
        driver.type("+")
        #expect(driver.changes.count == 1, "There is nothing above high.")
        driver.type("--")
        #expect(
            driver.changes.map(\.kind).suffix(2) == [
                .update(Driver.id(8), TaskPatch(priority: 2)), .update(Driver.id(8), TaskPatch(priority: 1)),
            ])
        driver.type("p")
        driver.press(.down, .enter)
        #expect(driver.changes.last?.kind == .update(Driver.id(8), TaskPatch(priority: 0)))
    }

    @Test func tags() {
        var driver = Driver.loaded()
        driver.type("jjjt")
        #expect(driver.typed == "work mail")
        driver.control("u")
        driver.type("@home work")
        driver.press(.enter)
        #expect(driver.changes.last?.kind == .update(Driver.id(5), TaskPatch(tags: ["home", "work"])))
        driver.type("t")
        driver.control("u")
        driver.type("+new -home")
        driver.press(.enter)
        #expect(driver.changes.last?.kind == .update(Driver.id(5), TaskPatch(tags: ["work", "new"])))
        driver.type("t")
        driver.control("u")
        driver.type("bob's")
        driver.press(.enter)
        #expect(driver.state.notice?.kind == .failure)
    }

    @Test func movingToAList() {
        var driver = Driver.loaded()
        driver.type("jmweb")
        driver.press(.enter)
        #expect(driver.changes.last?.kind == .update(Driver.id(8), TaskPatch(list: "WEB")))
        #expect(driver.state.board.current?.task.reference == "WEB-?")
        driver.type("minbox")
        driver.press(.enter)
        #expect(driver.changes.last?.kind == .update(Driver.id(8), TaskPatch(list: .some(nil))))
        driver.type("mnowhere")
        driver.press(.enter)
        #expect(driver.state.notice?.text.contains("There is no list NOWHERE") == true)
    }

    @Test func notesGoToTheEditor() throws {
        var driver = Driver.loaded()
        driver.type("jE")
        guard case .editNotes(let edit) = try #require(driver.effects.first) else {
            Issue.record("no editor")
            return
        }
        #expect(edit.task == Driver.id(8) && edit.base == 1 && edit.notes.hasPrefix("Ask about"))
        driver.send(.notesEdited(edit, .success("Other notes")))
        #expect(driver.changes.map(\.kind) == [.update(Driver.id(8), TaskPatch(notes: "Other notes"))])
        #expect(driver.changes[0].isGuarded && driver.changes[0].base == 1)
        driver.forget()
        driver.send(.notesEdited(edit, .success(edit.notes)))
        driver.send(.notesEdited(edit, .failure(Failure(.refused, "The editor failed."))))
        #expect(driver.changes.isEmpty)
        #expect(driver.state.notice?.text == "The editor failed.")
    }

    @Test func whatIsMarkedIsChangedTogether() {
        var driver = Driver.loaded()
        driver.type("vjv ")
        #expect(driver.changes.map(\.kind) == [9, 7].map { .update(Driver.id($0), TaskPatch(done: true)) })
        #expect(driver.text.contains("Saving 0/2"))
        driver.answerChanges()
        #expect(driver.state.notice == .init(.success, "Done: 2 tasks"))
        driver.forget()
        driver.press(.escape, .escape)
        #expect(driver.state.board.marks.isEmpty)
        driver.type("*")
        #expect(driver.state.board.marks.count == 9)
        driver.type("x")
        #expect(driver.text.contains("Delete 9 tasks?"))
        driver.type("n*")
        #expect(driver.state.board.marks.isEmpty)
    }

    @Test func deletedOnesAreRestored() throws {
        var driver = Driver.loaded()
        driver.type("jxy")
        driver.answerChanges()
        driver.forget()
        driver.type("6")
        #expect(driver.effects == [.load(try #require(driver.lastLoad(deleted: true)), deleted: true)])
        #expect(driver.titles == ["Call the dentist"], "What is known is there at once.")
        var deleted = Driver.task(8, "Call the dentist", due: 1, priority: 2, deleted: true)
        deleted.version = 2
        driver.answerLoad([deleted, Driver.task(30, "Older", deleted: true)], deleted: true)
        #expect(driver.titles == ["Older", "Call the dentist"])
        driver.forget()
        driver.type("e")
        #expect(driver.state.notice?.text.contains("R restores it") == true)
        driver.type("GR")
        #expect(driver.changes.map(\.kind) == [.restore(Driver.id(8))])
        driver.answerChanges()
        driver.type("4")
        #expect(driver.titles.contains("Call the dentist"))
    }

    @Test func undoAndRedo() {
        var driver = Driver.loaded()
        driver.type("jp3")
        driver.answerChanges()
        driver.type("jje!")
        driver.press(.enter)
        driver.answerChanges(at: 200)
        driver.forget()
        driver.type("u")
        #expect(driver.changes.last?.kind == .update(Driver.id(5), TaskPatch(title: "Reply to Zoë about the invoice")))
        driver.type("u")
        #expect(driver.changes.last?.kind == .update(Driver.id(8), TaskPatch(priority: 2)))
        driver.answerChanges(at: 300)
        #expect(driver.state.notice?.text == "Undone: Priority high: Call the dentist")
        driver.type("u")
        #expect(driver.state.notice?.text == "Nothing to undo.")
        driver.control("r")
        #expect(driver.changes.last?.kind == .update(Driver.id(8), TaskPatch(priority: 3)))
        driver.control("r")
        #expect(driver.changes.last?.kind == .update(Driver.id(5), TaskPatch(title: "Reply to Zoë about the invoice!")))
        driver.control("r")
        #expect(driver.state.notice?.text == "Nothing to redo.")
        driver.type("u ")
        driver.control("r")
        #expect(driver.state.notice?.text == "Nothing to redo.", "Something else was done since.")
    }

    @Test func addingAndDeletingCanBeUndone() {
        var driver = Driver.loaded()
        driver.type("aTea")
        driver.press(.enter)
        driver.answerChanges()
        driver.forget()
        driver.type("u")
        #expect(driver.changes.map(\.kind) == [.delete(Driver.id(900))])
        driver.answerChanges(at: 200)
        #expect(!driver.titles.contains("Tea"))
        driver.forget()
        driver.control("r")
        #expect(driver.changes.map(\.kind) == [.restore(Driver.id(900))])
        #expect(driver.titles.contains("Tea"))
    }

    @Test func aStepOfManyIsUndoneAsOne() {
        var driver = Driver.loaded()
        driver.type("*p1")
        driver.answerChanges()
        driver.forget()
        driver.press(.escape, .escape)
        driver.type("u")
        #expect(driver.changes.count == 8, "One was so already.")
        #expect(driver.items.map(\.task.priority) == [0, 2, 1, 3, 0, 0, 0, 3, 0])
    }

    @Test func whatOthersChangedSinceIsNotUndone() {
        var driver = Driver.loaded()
        driver.type("jp3")
        driver.answerChanges()
        var theirs = Driver.task(8, "Call the dentist", due: 1, priority: 1)
        theirs.version = 9
        driver.send(.task(theirs.id, .success(theirs)))
        driver.forget()
        driver.type("u")
        #expect(driver.changes.isEmpty)
        #expect(driver.state.notice?.text.contains("changed again since") == true)
    }
}
