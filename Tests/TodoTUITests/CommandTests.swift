import FoundationEssentials
import Testing
import TodoCore
import TodoTUIKit

@Suite("The command line")
struct CommandTests {
    static func run(_ line: String, _ keys: String = "j") -> Driver {
        var driver = Driver.loaded()
        driver.type(keys)
        driver.type(":\(line)")
        driver.press(.enter)
        return driver
    }

    @Test(arguments: [
        ("done", [Change.Kind.update(Driver.id(8), TaskPatch(done: true))]),
        ("done 4 WEB-3", [.update(Driver.id(4), TaskPatch(done: true)), .update(Driver.id(3), TaskPatch(done: true))]),
        ("done web-3", [.update(Driver.id(3), TaskPatch(done: true))]),
        ("undone 6", [.update(Driver.id(6), TaskPatch(done: false))]),
        ("rm 4", [.delete(Driver.id(4))]), ("rm --yes", [.delete(Driver.id(8))]),
        ("due 4 tomorrow", [.update(Driver.id(4), TaskPatch(dueOn: Driver.today.adding(days: 1)))]),
        ("due none", [.update(Driver.id(8), TaskPatch(dueOn: .some(nil)))]),
        ("priority high", [.update(Driver.id(8), TaskPatch(priority: 3))]),
        ("priority 4 1", [.update(Driver.id(4), TaskPatch(priority: 1))]),
        ("tag 4 +now", [.update(Driver.id(4), TaskPatch(tags: ["home", "now"]))]),
        ("tag x y", [.update(Driver.id(8), TaskPatch(tags: ["x", "y"]))]),
        ("mv 4 web", [.update(Driver.id(4), TaskPatch(list: "WEB"))]),
        (
            "edit 4 --title \"Buy oat milk\" --untag home --tag shop",
            [.update(Driver.id(4), TaskPatch(title: "Buy oat milk", tags: ["shop"]))]
        ),
        (
            "edit --due 24.12. -p 2 -l web",
            [
                .update(Driver.id(8), TaskPatch(list: "WEB", dueOn: LocalDate("2026-12-24"), priority: 2))
            ]
        ),
        (
            "add Tea due:tomorrow !!",
            [
                .create(TaskDraft(title: "Tea", id: Driver.id(900), dueOn: Driver.today.adding(days: 1), priority: 2))
            ]
        ),
    ]) func changes(line: String, kinds: [Change.Kind]) {
        #expect(Self.run(line).changes.map(\.kind) == kinds)
    }

    @Test(arguments: [
        "done 99", "done x", "frobnicate", "due", "due someday", "priority urgent", "edit 4", "edit 4 --colour red",
        "edit 4 --due",
        "mv nowhere", "sort", "add", "add Tea due:frx", "tag a,b",
    ]) func mistakesChangeNothing(line: String) {
        let driver = Self.run(line)
        #expect(driver.changes.isEmpty || line == "due")
        if line != "add" { #expect(driver.state.notice?.kind == .failure || line == "due", "\(line)") }
    }

    @Test func rmWithoutANumberAsks() {
        let driver = Self.run("rm")
        #expect(driver.changes.isEmpty && driver.text.contains("Delete “Call the dentist”?"))
    }

    @Test func looking() {
        #expect(Self.run("ls @work").state.board.view == .tag("work"))
        #expect(Self.run("ls +web").state.board.view == .list("WEB"))
        #expect(Self.run("ls milk").titles == ["Buy milk and bread"])
        #expect(Self.run("overdue").state.board.view == .overdue)
        #expect(Self.run("sort title").titles.first == "Buy milk and bread")
        let shown = Self.run("show 6", "1")
        #expect(shown.state.board.current?.task.number == 6 && shown.state.mode == .details(top: 0))
        #expect(Self.run("q").effects == [.quit])
        #expect(Self.run("lists").state.isInSidebar)
        #expect(Self.run("help").state.mode == .help(top: 0))
        #expect(Self.run("").effects.isEmpty)
    }
}

@Suite("Keys of one's own")
struct KeyMapTests {
    @Test func keysCanBeBoundAnew() throws {
        let keys = try KeyMap(changes: [("done", "c ctrl-d"), ("quit", "")])
        var driver = Driver(keys: keys)
        driver.send(.feed(.connected))
        driver.answerLoad(Driver.samples)
        driver.forget()
        driver.type("c q")
        #expect(driver.changes.count == 1 && !driver.effects.contains(.quit))
        #expect(driver.text.contains("c not done"))
    }

    @Test func aClashIsRefusedWithBothNames() {
        let fault = #expect(throws: KeyMap.Fault.self) { try KeyMap(changes: [("due", "x")]) }
        #expect(fault?.message.contains("due") == true && fault?.message.contains("delete") == true)
        #expect(throws: Never.self) { try KeyMap(changes: [("due", "x"), ("delete", "X")]) }
    }

    @Test(arguments: [("dnoe", "x"), ("done", "ctlr-x"), ("quit-now", ""), ("done", "ab")])
    func mistakesAreTold(name: String, keys: String) {
        #expect(throws: KeyMap.Fault.self) { try KeyMap(changes: [(name, keys)]) }
    }

    @Test func theDocumentationHasEveryCommandAndItsKeys() throws {
        let path = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" } + "/docs/tui.md"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        for command in Command.allCases {
            let keys = KeyMap.standard.keys(for: command).map { "`\($0)`" }.joined(separator: " ")
            #expect(text.contains("| `\(command.rawValue)` | \(keys) | \(command.words) |"))
        }
    }

    @Test func everyCommandHasAKeyAndIsInTheHelp() {
        for command in Command.allCases { #expect(!KeyMap.standard.keys(for: command).isEmpty, "\(command)") }
    }

    @Test(arguments: [
        ("a", Key.character("a")), ("G", .character("G")), ("?", .character("?")), ("space", .character(" ")),
        ("-", .character("-")),
        ("ctrl-r", .control("r")), ("Ctrl-R", .control("r")), ("alt-x", Key(.character("x"), .alt)),
        ("shift-tab", Key(.tab, .shift)),
        ("pgup", Key(.pageUp)), ("f12", Key(.function(12))), ("ctrl-up", Key(.up, .control)), ("ctrl--", .control("-")),
    ]) func names(name: String, key: Key) {
        #expect(Key(name: name) == key)
    }

    @Test(arguments: ["", "ctrl-", "f13", "f0", "hyper-x", "aa"]) func noNames(name: String) {
        #expect(Key(name: name) == nil)
    }
}
