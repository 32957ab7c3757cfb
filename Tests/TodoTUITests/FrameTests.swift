import Testing
import TodoCore
import TodoTUIKit

@Suite("Golden frames")
struct FrameTests {
    static let sizes = [(80, 24), (120, 40), (40, 12)]

    @Test(arguments: sizes) func list(columns: Int, rows: Int) throws {
        var driver = Driver.loaded(columns: columns, rows: rows)
        driver.press(.down, .down)
        try GoldenFrame.expect(driver.state.view(), "list")
    }

    @Test(arguments: sizes) func empty(columns: Int, rows: Int) throws {
        try GoldenFrame.expect(Driver.loaded(columns: columns, rows: rows, []).state.view(), "empty")
    }

    @Test(arguments: sizes) func add(columns: Int, rows: Int) throws {
        var driver = Driver.loaded(columns: columns, rows: rows)
        driver.type("aTea with 山田さん 🍵")
        driver.press(.left, .left)
        try GoldenFrame.expect(driver.state.view(), "add")
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

    @Test(arguments: sizes) func help(columns: Int, rows: Int) throws {
        var driver = Driver.loaded(columns: columns, rows: rows)
        driver.type("?")
        try GoldenFrame.expect(driver.state.view(), "help")
    }

    @Test(arguments: sizes) func serverAway(columns: Int, rows: Int) throws {
        var driver = Driver.loaded(columns: columns, rows: rows)
        driver.type("r")
        driver.send(
            .tasks(
                .failure(Failure(.unreachable, "Can't reach http://localhost:8080: connection refused. Is the server running?"))))
        try GoldenFrame.expect(driver.state.view(), "error")
    }

    @Test(arguments: sizes) func confirmDelete(columns: Int, rows: Int) throws {
        var driver = Driver.loaded(columns: columns, rows: rows)
        driver.type("x")
        try GoldenFrame.expect(driver.state.view(), "delete")
    }

    @Test(arguments: sizes) func filtered(columns: Int, rows: Int) throws {
        var driver = Driver.loaded(columns: columns, rows: rows)
        driver.type("/@HOME")
        try GoldenFrame.expect(driver.state.view(), "filter")
    }

    /// Whatever is on the screen, no size makes it trap, and each row has its columns.
    @Test func everySizeIsDrawn() {
        var drivers = [Driver(), Driver.loaded(), Driver.signedOut(), Driver.loaded([])]
        for keys in ["aSome long title that does not fit 日本語日本語日本語", "/o", "x", "?", "Gx"] {
            var driver = Driver.loaded()
            driver.type(keys)
            drivers.append(driver)
        }
        var registering = Driver.signedOut()
        registering.press(.function(2), .down, .down, .enter)
        drivers.append(registering)
        for rows in [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 24] {
            for columns in [0, 1, 2, 3, 4, 5, 7, 10, 19, 20, 21, 29, 30, 39, 40, 41, 80, 200] {
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
        for rows in 5...14 {
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
