import Testing
import TodoCore
import TodoTUIKit

@Suite("Signing in and making an account")
struct AccountTests {
    static let ann = Credentials(email: "ann@example.org", password: "correct horse")

    private func form(_ driver: Driver) throws -> AccountForm {
        guard case .account(let form) = driver.state.screen else { throw NoForm() }
        return form
    }

    struct NoForm: Error {}

    @Test func withoutATokenTheFormComesFirst() throws {
        let driver = Driver.signedOut()
        #expect(try form(driver).purpose == .signIn)
        #expect(driver.state.notice?.kind == .information, "Nothing has gone wrong.")
    }

    @Test func signingIn() throws {
        var driver = Driver.signedOut()
        driver.type("ann@example.org")
        driver.press(.enter)
        driver.type("correct horse")
        #expect(!driver.lines.joined().contains("correct"), "A password is never shown.")
        driver.press(.enter)
        #expect(driver.effects == [.signIn(Self.ann)])
        driver.type("zzz")
        #expect(try form(driver).password.text == "correct horse", "It is on its way.")
        driver.forget()
        driver.send(.signedIn(.success("ann@example.org")))
        #expect(driver.state.screen == .board)
        #expect(driver.effects == [.unfollow, .follow, .loadLists], "The feed is there before the tasks are asked for.")
        driver.send(.feed(.connected))
        #expect(driver.lastLoad() != nil)
    }

    @Test func aWrongPasswordIsToldAndTypedAgain() throws {
        var driver = Driver.signedOut()
        driver.type("ann@example.org")
        driver.press(.tab)
        driver.type("wrong")
        driver.press(.enter)
        driver.send(.signedIn(.failure(Failure(.unauthorized, "Email or password is wrong."))))
        #expect(driver.lines[22].contains("Email or password is wrong."))
        #expect(try form(driver).email.text == "ann@example.org")
        #expect(try form(driver).password.isEmpty)
        #expect(try form(driver).focus == .password)
    }

    @Test func makingAnAccount() throws {
        var driver = Driver.signedOut()
        driver.press(.up)
        #expect(try form(driver).focus == .change)
        driver.press(.enter)
        #expect(try form(driver).purpose == .register)
        driver.type("ann@example.org")
        driver.press(.enter)
        driver.type("correct horse")
        driver.press(.enter)
        driver.type("correct hose")
        driver.press(.enter)
        #expect(driver.effects.isEmpty)
        #expect(driver.state.notice?.text.contains("differ") == true)
        driver.control("u")
        driver.type("correct horse")
        driver.press(.tab, .character(" "))
        #expect(driver.effects == [.register(Self.ann)])
        driver.send(.signedIn(.success("ann@example.org")))
        #expect(driver.state.screen == .board)
    }

    @Test(arguments: [
        ("", "correct horse", "email", AccountForm.Field.email), ("ann", "correct horse", "email", .email),
        ("ann@example.org", "short", "8", .password), ("ann@example.org", "", "password", .password),
    ]) func whatIsWrongIsToldAtItsField(email: String, password: String, word: String, field: AccountForm.Field) throws {
        var driver = Driver.signedOut()
        driver.press(.function(2))
        driver.type(email)
        driver.press(.tab)
        driver.type(password)
        driver.press(.tab)
        driver.type(password)
        driver.press(.tab, .enter)
        #expect(driver.effects.isEmpty)
        #expect(driver.state.notice?.text.contains(word) == true)
        #expect(try form(driver).focus == field)
    }

    @Test func anAccountThatExistsIsTold() throws {
        var driver = Driver.signedOut()
        driver.press(.function(2))
        driver.type("ann@example.org")
        driver.press(.tab)
        driver.type("correct horse")
        driver.press(.tab)
        driver.type("correct horse")
        driver.press(.enter)
        driver.send(.signedIn(.failure(Failure(.refused, "This email has an account already."))))
        #expect(driver.state.notice?.text == "This email has an account already.")
        #expect(try form(driver).password.text == "correct horse")
    }

    @Test func anotherAccountStartsWithAnEmptyBoard() {
        var driver = Driver.loaded()
        driver.type("r")
        driver.answerLoad([], Failure(.unauthorized, "Your session has ended."))
        driver.send(.signedIn(.success("bob@example.org")))
        #expect(driver.titles.isEmpty)
        #expect(driver.state.account == "bob@example.org")
    }

    @Test func quittingFromTheForm() {
        var driver = Driver.signedOut()
        driver.type("q")
        #expect(driver.effects.isEmpty)
        driver.control("c")
        #expect(driver.effects == [.quit])
    }
}
