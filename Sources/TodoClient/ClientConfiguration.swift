public import Curl
import TodoCore

/// What CLI and TUI need to know before they talk: from the environment, else from the configuration file, else the
/// defaults.
public struct ClientConfiguration: Sendable, Hashable {
    public var url = ServerURL.standard
    /// From `TODO_TOKEN`: used instead of the kept login.
    public var token: String?
    /// For one request.
    public var timeout: Duration = .seconds(30)
    /// Where logins are kept; nil where neither HOME nor XDG_STATE_HOME says.
    public var stateFolder: String?
    /// From `SSL_CERT_FILE`: the authorities to trust instead of the system's.
    public var authoritiesFile: String?

    /// Settings of `todo-tui`, which alone knows what they mean.
    public var screenSettings: [ScreenSetting] = []

    /// `theme`, or a key of the table `[keys]`: `keys.done`.
    public struct ScreenSetting: Sendable, Hashable {
        public var key: String
        public var value: String
        /// The file with the line: `/home/me/.config/todo/config.toml:3`.
        public var place: String
    }

    public init() {}

    /// Reads `$XDG_CONFIG_HOME/todo/config.toml` (`~/.config/…`), then TODO_URL, TODO_TOKEN and TODO_TIMEOUT, which win.
    /// A variable that is empty counts as not set, and so does an XDG folder that is not absolute, as XDG says.
    public static func load(environment: [String: String]) throws(ConfigurationError) -> ClientConfiguration {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        func folder(_ name: String, below home: String) -> String? {
            if let folder = value(name), folder.hasPrefix("/") { return folder + "/todo" }
            return value("HOME").map { "\($0)/\(home)/todo" }
        }
        var configuration = ClientConfiguration()
        configuration.stateFolder = folder("XDG_STATE_HOME", below: ".local/state")
        configuration.authoritiesFile = value("SSL_CERT_FILE")
        if let path = folder("XDG_CONFIG_HOME", below: ".config").map({ $0 + "/config.toml" }) {
            try configuration.readFile(path)
        }
        if let url = value("TODO_URL") {
            do throws(ServerURL.Fault) {
                configuration.url = try ServerURL(url)
            } catch { throw ConfigurationError(place: "TODO_URL", reason: "\(url) \(error.reason)") }
        }
        if let text = value("TODO_TIMEOUT") {
            guard let timeout = timeout(text) else { throw ConfigurationError(place: "TODO_TIMEOUT", reason: wrongTimeout(text)) }
            configuration.timeout = timeout
        }
        if let token = value("TODO_TOKEN") {
            guard token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
                throw ConfigurationError(place: "TODO_TOKEN", reason: "holds a character that no token has")
            }
            configuration.token = token
        }
        return configuration
    }

    /// `30` and `30s` are seconds, `500ms`, `2m`; more than nothing, at most an hour.
    static func timeout(_ text: String) -> Duration? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int(digits), number > 0 else { return nil }
        let duration: Duration
        switch text[digits.endIndex...] {
        case "", "s": duration = .seconds(number)
        case "ms": duration = .milliseconds(number)
        case "m" where number <= 60: duration = .seconds(number * 60)
        default: return nil
        }
        return duration <= .seconds(3600) ? duration : nil
    }

    static func wrongTimeout(_ text: String) -> String { "\(text) is not a time like 30, 500ms or 2m" }

    /// libcurl with these settings.
    public func transport() -> HTTPTransport {
        var options = HTTPTransport.Options()
        options.timeout = timeout
        options.connectTimeout = min(timeout, .seconds(10))
        options.userAgent = "todo/\(Product.version)"
        options.authoritiesFile = authoritiesFile
        return HTTPTransport(options: options)
    }
}

/// A setting that can't be used.
public struct ConfigurationError: Error, Sendable, Hashable {
    /// The variable, or the file with the line: `/home/me/.config/todo/config.toml:3`.
    public let place: String
    public let reason: String

    /// One line for people.
    public var message: String { "\(place): \(reason)" }
}
