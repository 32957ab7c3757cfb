import Testing
import TodoCore
import TodoTUIKit

@Suite("Golden frames")
struct FrameTests {
    static let sizes = [(80, 24), (120, 40), (40, 12)]

    /// What is on the screen after these keys.
    struct Scene: Sendable, CustomTestStringConvertible {
        var name: String
        var play: @Sendable (inout Driver) -> Void
        var testDescription: String { name }
    }

    static let scenes = [
        Scene(name: "list") { $0.press(.down, .down) },
        Scene(name: "add") {
            $0.type("aTea with 山田さん 🍵 due:fri p:high +web @home")
            $0.press(.left, .left)
        },
        Scene(name: "add-wrong") { $0.type("aTea due:frx") },
        Scene(name: "edit") { $0.type("jeee") },
        Scene(name: "due") { $0.type("jdnext-fri") },
        Scene(name: "tags") { $0.type("jtho") },
        Scene(name: "move") { $0.type("jm") },
        Scene(name: "priority") { $0.type("jp") },
        Scene(name: "sort") { $0.type("s") },
        Scene(name: "command") { $0.type(":edit 8 --due fri") },
        Scene(name: "help") { $0.type("?") },
        Scene(name: "delete") { $0.type("x") },
        Scene(name: "filter") { $0.type("/@HOME e") },
        Scene(name: "filter-kept") {
            $0.type("/e")
            $0.press(.enter)
        },
        Scene(name: "marks") { $0.type("vvjv") },
        Scene(name: "sidebar") {
            $0.press(.tab)
            $0.type("gjj")
        },
        Scene(name: "today") { $0.type("1") },
        Scene(name: "tag") {
            $0.send(.input(.key(.character("G")))); $0.type(":ls @work"); $0.press(.enter)
        },
        Scene(name: "details") {
            $0.type("j")
            $0.send(
                Driver.event(.taskUpdated(task: Driver.id(8), changes: ["due_on": .init(from: nil, to: "2026-11-22")]), at: 3000))
            $0.send(Driver.event(.taskReopened(task: Driver.id(8)), at: 3600))
            $0.press(.enter)
        },
        Scene(name: "saving") { $0.type(" j ") },
        Scene(name: "folded") { $0.type("zG") },
        Scene(name: "conflict") {
            $0.type("je, at noon")
            $0.press(.enter)
            var theirs = Driver.task(8, "Call the dentist before Friday", due: 1, priority: 2)
            theirs.version = 2
            $0.send(.changed($0.changes[0], .failure(Failure(.conflict(theirs), "Changed meanwhile."))))
        },
        Scene(name: "away") {
            $0.send(.feed(.lost(Failure(.unreachable, "Can't reach http://localhost:8080: connection refused."))))
        },
    ]

    @Test(arguments: scenes, sizes) func scene(_ scene: Scene, _ size: (columns: Int, rows: Int)) throws {
        var driver = Driver.loaded(columns: size.columns, rows: size.rows)
        scene.play(&driver)
        try GoldenFrame.expect(driver.state.view(), scene.name)
    }

    @Test(arguments: ["dark", "light", "mono"]) func theme(name: String) throws {
        let theme = try #require(Theme.named.first { $0.name == name }).theme
        var driver = Driver.loaded(theme: theme)
        driver.type("jvj/e")
        try GoldenFrame.expect(driver.state.view(), "theme-\(name)")
    }

    @Test func wide() throws {
        var driver = Driver.loaded(columns: 200, rows: 60)
        driver.type("j")
        try GoldenFrame.expect(driver.state.view(), "list")
    }

    @Test(arguments: sizes) func empty(columns: Int, rows: Int) throws {
        try GoldenFrame.expect(Driver.loaded(columns: columns, rows: rows, []).state.view(), "empty")
    }

    @Test(arguments: sizes) func loading(columns: Int, rows: Int) throws {
        var driver = Driver(columns: columns, rows: rows)
        driver.send(.feed(.connected))
        let load = try #require(driver.lastLoad())
        driver.send(.page(load: load, Driver.samples, total: 30))
        try GoldenFrame.expect(driver.state.view(), "loading")
    }

    @Test(arguments: sizes) func deleted(columns: Int, rows: Int) throws {
        var driver = Driver.loaded(columns: columns, rows: rows)
        driver.type("6")
        driver.answerLoad(
            [Driver.task(31, "An old thing", deleted: true), Driver.task(30, "Older", deleted: true)], deleted: true)
        try GoldenFrame.expect(driver.state.view(), "deleted")
    }

    @Test(arguments: sizes) func signIn(columns: Int, rows: Int) throws {
        var driver = Driver.signedOut(columns: columns, rows: rows)
        driver.type("ann@example.org")
        driver.press(.tab)
        driver.type("secret")
        try GoldenFrame.expect(driver.state.view(), "sign-in")
    }

    @Test(arguments: sizes) func register(columns: Int, rows: Int) throws {
        var driver = Driver.signedOut(columns: columns, rows: rows)
        driver.press(.function(2))
        driver.type("ann@example.org")
        driver.press(.enter)
        driver.type("short")
        driver.press(.down, .down, .enter)
        try GoldenFrame.expect(driver.state.view(), "register")
    }

    /// Whatever is on the screen, no size makes it trap, and each row has its columns.
    @Test func everySizeIsDrawn() {
        var drivers = [Driver(), Driver.loaded(), Driver.signedOut(), Driver.loaded([])]
        for scene in Self.scenes {
            var driver = Driver.loaded()
            scene.play(&driver)
            drivers.append(driver)
        }
        var registering = Driver.signedOut()
        registering.press(.function(2), .down, .down, .enter)
        drivers.append(registering)
        for rows in [0, 1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 19, 24] {
            for columns in [0, 1, 2, 3, 5, 7, 10, 20, 29, 40, 41, 71, 72, 80, 119, 200] {
                for var driver in drivers {
                    driver.send(.resized(Size(columns: columns, rows: rows)))
                    driver.press(.down)
                    let frame = driver.state.view()
                    #expect(frame.rows.count == rows && frame.rows.allSatisfy { $0.count == columns })
                    for row in frame.rows { #expect(row.reduce(0) { $0 + $1.width } == columns) }
                    if let caret = frame.caret { #expect(caret.row < rows && caret.column < columns) }
                }
            }
        }
    }

    @Test func theCursorStaysOnTheScreen() {
        for rows in 5...24 {
            var driver = Driver.loaded(
                columns: 40, rows: rows, (1...30).map { Driver.task($0, "Task number \($0)", done: $0 > 25) })
            for key in [Key.Code.end, .home, .pageDown, .pageDown, .pageUp, .end, .up, .up, .up, .up, .up, .up, .up] {
                driver.press(key)
                #expect(driver.lines.filter { $0.hasPrefix(">") }.count == 1, "\(rows) rows, after \(key)")
            }
            driver.send(.resized(Size(columns: 20, rows: 5)))
            #expect(driver.lines.filter { $0.hasPrefix(">") }.count == 1)
        }
    }

    @Test func nothingHarmfulReachesTheTerminal() {
        let evil = (0...0x9F).compactMap {
            Unicode.Scalar(UInt8($0)).properties.generalCategory == .control ? Unicode.Scalar(UInt8($0)) : nil
        }
        let text = "a\r\nb" + evil.map { "\($0)x" }.joined() + "\u{2028}\u{202E}\u{2066}"
        var frame = Frame(size: Size(columns: 200, rows: 1))
        frame.write(text, at: 0, 0, .plain)
        let scalars = frame.rows[0].compactMap(\.character).flatMap(\.unicodeScalars)
        #expect(!scalars.contains { $0.properties.generalCategory == .control || $0.properties.generalCategory == .format })
        #expect(scalars.filter { $0 == "\u{FFFD}" }.count == evil.count + 4)
    }
}
