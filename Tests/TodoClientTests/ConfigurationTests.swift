import Testing
import TodoClient

@Suite struct ConfigurationTests {
    private func load(_ file: String?, _ variables: [String: String] = [:]) throws -> ClientConfiguration {
        let folder = TemporaryFolder()
        if let file { try folder.write(file, to: ".config/todo/config.toml") }
        return try ClientConfiguration.load(environment: variables.merging(["HOME": folder.path]) { given, _ in given })
    }

    @Test func theDefaultsHoldWithoutAnything() throws {
        let configuration = try ClientConfiguration.load(environment: [:])
        #expect(configuration == ClientConfiguration())
        #expect(configuration.url.text == "http://127.0.0.1:8080" && configuration.timeout == .seconds(30))
    }

    @Test func theFileIsRead() throws {
        let configuration = try load("# mine\nurl = \"https://Todo.Example.org/\" # end\r\ntimeout = \"500ms\"\n")
        #expect(configuration.url.text == "https://todo.example.org")
        #expect(configuration.timeout == .milliseconds(500))
        #expect(try load("timeout = 7").timeout == .seconds(7))
        #expect(try load("\u{FEFF}url='http://h'\n\n").url.text == "http://h")
        #expect(try load("\"url\" = \"http://h/\\u0061\"").url.text == "http://h/a")
    }

    @Test func theEnvironmentWins() throws {
        let configuration = try load(
            "url = \"http://file\"\ntimeout = 1",
            ["TODO_URL": "http://env:80/x/api/v1/", "TODO_TOKEN": "t", "TODO_TIMEOUT": "2m", "SSL_CERT_FILE": "/ca.pem"])
        #expect(configuration.url.text == "http://env/x" && configuration.timeout == .seconds(120))
        #expect(configuration.token == "t" && configuration.authoritiesFile == "/ca.pem")
        #expect(try load("url = \"http://file\"", ["TODO_URL": "", "TODO_TOKEN": ""]).url.text == "http://file")
    }

    @Test func foldersFollowXDG() throws {
        let folder = TemporaryFolder()
        try folder.write("url = \"http://xdg\"", to: "c/todo/config.toml")
        let variables = ["HOME": "/nowhere", "XDG_CONFIG_HOME": folder.path + "/c", "XDG_STATE_HOME": "/s"]
        let configuration = try ClientConfiguration.load(environment: variables)
        #expect(configuration.url.text == "http://xdg" && configuration.stateFolder == "/s/todo")
        let relative = try ClientConfiguration.load(environment: ["HOME": "/h", "XDG_STATE_HOME": "s"])
        #expect(relative.stateFolder == "/h/.local/state/todo")
    }

    @Test func settingsOfTheScreenAreHandedOn() throws {
        let settings = try load("theme = \"dark\"\n[keys]\ndone = \"c\"\n").screenSettings
        #expect(settings.map(\.key) == ["theme", "keys.done"] && settings.map(\.value) == ["dark", "c"])
        #expect(settings.last?.place.hasSuffix("config.toml:3") == true)
    }

    @Test(arguments: [
        ("url = \"http://x\"\nulr = 1\n", 2, "unknown key ulr (there are: [keys], theme, timeout, url)"),
        ("\n\n[server]\nurl = \"x\"", 4, "unknown key server.url (there are: [keys], theme, timeout, url)"),
        ("url = http://x", 1, "http://x is no number, true or false; a text stands in quotes: \"http://x\""),
        ("url", 1, "expected = after url"), ("url =", 1, "expected a value after ="),
        ("url = \"http://x", 1, "the closing \" is missing"), ("url = 'x' y", 1, "unexpected text at the end: y"),
        ("url = 5", 1, "url must be a text in quotes"), ("url = \"a\"\nurl = \"a\"", 2, "url is there twice"),
        ("= 5", 1, "expected a key, as in url = \"https://…\""), ("[a", 1, "a table is written [name]"),
        ("url = \"\\q\"", 1, "unknown escape in a text in quotes; write \\\\ for a backslash"),
        ("theme = 1", 1, "theme must be a text in quotes"), ("[keys]\ndone = true", 2, "keys.done must be a text in quotes"),
        ("url = \"ftp://x\"", 1, "url: ftp://x is not an http or https URL"),
        ("timeout = 0", 1, "timeout: 0 is not a time like 30, 500ms or 2m"),
    ])
    func aFaultIsToldWithFileAndLine(text: String, line: Int, reason: String) throws {
        let error = try #require(throws: ConfigurationError.self) { try load(text) }
        #expect(error.place.hasSuffix("/.config/todo/config.toml:\(line)"))
        #expect(error.reason == reason)
        #expect(!error.message.contains("\n"))
    }

    @Test func anUnreadableFileIsTold() throws {
        let folder = TemporaryFolder()
        try folder.write("", to: ".config/todo/config.toml/not-a-file")
        let error = try #require(throws: ConfigurationError.self) {
            try ClientConfiguration.load(environment: ["HOME": folder.path])
        }
        #expect(error.message.hasSuffix("config.toml: can't be read: Is a directory"))
    }

    @Test(arguments: [
        "todo.example.org", "localhost:8080", "http://", "http://u:p@h", "http://h?x", "http://h#x", "ftp://h", "http://a b",
    ])
    func wrongAddressesAreNamed(text: String) throws {
        let error = try #require(throws: ConfigurationError.self) { try load(nil, ["TODO_URL": text]) }
        #expect(error.place == "TODO_URL" && error.reason.hasPrefix(text))
    }

    @Test(arguments: ["-1", "x", "5h", "", "99999999999999999999", "3601", "1.5"]) func wrongTimesAreRefused(text: String) throws
    {
        if text.isEmpty { return }
        #expect(throws: ConfigurationError.self) { try load(nil, ["TODO_TIMEOUT": text]) }
    }

    @Test func aTokenCannotBringAHeader() {
        #expect(throws: ConfigurationError.self) { try load(nil, ["TODO_TOKEN": "a\r\nX: y"]) }
    }
}
