import Testing
import TodoCore

struct LimitsTests {
    @Test func titlesAreTrimmedAndBounded() throws {
        #expect(try Limits.title("  Buy milk\n") == "Buy milk")
        #expect(try Limits.title("日本語 👩‍👩‍👧 אבג") == "日本語 👩‍👩‍👧 אבג")
        #expect(try Limits.title(String(repeating: "é", count: 500)).unicodeScalars.count == 500)
    }

    @Test(arguments: [
        ("", "string_too_short"), (" \t\n", "string_too_short"), ("a\u{0}b", "control_character"),
        ("a\u{1B}[31m", "control_character"), ("a\u{85}b", "control_character"), ("a\nb", "control_character"),
        (String(repeating: "x", count: 501), "string_too_long"),
    ])
    func refusesTitles(_ title: String, _ type: String) {
        #expect { try Limits.title(title) } throws: { ($0 as? Limits.Fault)?.type == type }
    }

    @Test(arguments: ["me@example.org", "a.b+c@x.y.example", "ü@exämple.org", " me@example.org ", "x@localhost"])
    func takesEmails(_ email: String) throws {
        _ = try Limits.email(email)
    }

    @Test(arguments: [
        "", "me", "@example.org", "me@", "me@-x.org", "me@x..org", "a b@example.org", "me@ex ample.org", ".me@example.org",
        "m..e@example.org", "me@example.org\r\nBcc: you@example.org", "<me@example.org>", "a,b@example.org",
        String(repeating: "x", count: 65) + "@example.org", "me@" + String(repeating: "x", count: 64) + ".org",
        "me@" + String(repeating: "abcdefg.", count: 32) + "org",
    ])
    func refusesEmails(_ email: String) {
        #expect(throws: Limits.Fault.self) { try Limits.email(email) }
    }

    @Test func passwordsAreCountedInCharacters() throws {
        #expect(throws: Limits.Fault.self) { try Limits.password("1234567") }
        #expect(try Limits.password("12345678") == "12345678")
        #expect(throws: Limits.Fault.self) { try Limits.password(String(repeating: "x", count: 129)) }
    }

    @Test func tagsAreWordsEachOnce() throws {
        #expect(
            try Limits.tags(["work", " home ", "work", "größe", "a/b-c_d.e", "🎉"]) == ["work", "home", "größe", "a/b-c_d.e", "🎉"])
        for tag in ["", "two words", "a\nb", "@x", String(repeating: "x", count: 51)] {
            #expect(throws: Limits.Fault.self) { try Limits.tags([tag]) }
        }
        #expect(throws: Limits.Fault.self) { try Limits.tags((0..<21).map { "t\($0)" }) }
    }

    @Test func listKeysAreKeptInCapitals() {
        #expect(ListKey("web")?.text == "WEB")
        #expect(ListKey("W3B")?.text == "W3B")
        for key in ["", "3W", "WEB-1", "ÄB", "ABCDEFGHIJK", "ß"] { #expect(ListKey(key) == nil) }
    }
}
