package import FoundationEssentials
package import TodoClient
package import TodoCore

/// All that a command touches of the world.
package struct CommandContext: Sendable {
    package var io: CommandIO
    package var environment: [String: String]
    /// What carries requests; nil for libcurl.
    package var sender: (any HTTPSending)?
    package var retries: RetryPolicy
    /// The day where the user is; nil where the clock is outside the years 1 to 9999.
    package var today: LocalDate?
    /// An instant where the user is: `2026-11-22 09:30`.
    package var localTime: @Sendable (Date) -> String

    package init(
        io: CommandIO, environment: [String: String], sender: (any HTTPSending)? = nil, retries: RetryPolicy = .standard,
        today: LocalDate?, localTime: @escaping @Sendable (Date) -> String
    ) {
        self.io = io
        self.environment = environment
        self.sender = sender
        self.retries = retries
        self.today = today
        self.localTime = localTime
    }

    /// A client as the environment and the configuration file say.
    func client() throws -> TodoClient {
        try TodoClient(configuration: .load(environment: environment), sender: sender, retries: retries)
    }
}

/// How a command talks with people and pipes.
package struct CommandIO: Sendable {
    /// What came of asking for a secret.
    package enum Secret: Sendable {
        case text(String)
        case interrupted
        case noTerminal
    }

    package var outputIsTerminal: Bool
    package var errorIsTerminal: Bool
    /// Whether someone is there to answer a question.
    package var inputIsTerminal: Bool
    /// Columns of the terminal; nil where there is none.
    package var width: Int?
    /// Takes text for standard output. Throws once nobody reads it any more.
    package var writeOutput: @Sendable (String) throws -> Void
    /// Hands on what was taken.
    package var flushOutput: @Sendable () throws -> Void
    package var writeError: @Sendable (String) -> Void
    /// The next line of standard input without its end; nil at the end.
    package var readLine: @Sendable () -> String?
    /// Asks on the terminal without showing what is typed.
    package var readSecret: @Sendable (_ prompt: String) -> Secret

    package init(
        outputIsTerminal: Bool, errorIsTerminal: Bool, inputIsTerminal: Bool, width: Int?,
        writeOutput: @escaping @Sendable (String) throws -> Void, flushOutput: @escaping @Sendable () throws -> Void = {},
        writeError: @escaping @Sendable (String) -> Void, readLine: @escaping @Sendable () -> String?,
        readSecret: @escaping @Sendable (_ prompt: String) -> Secret
    ) {
        self.outputIsTerminal = outputIsTerminal
        self.errorIsTerminal = errorIsTerminal
        self.inputIsTerminal = inputIsTerminal
        self.width = width
        self.writeOutput = writeOutput
        self.flushOutput = flushOutput
        self.writeError = writeError
        self.readLine = readLine
        self.readSecret = readSecret
    }

    func write(_ text: String) throws { try writeOutput(text) }

    func flush() throws { try flushOutput() }
}
