import Dispatch
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
    /// From `--verbose`: whether each request is told.
    var isVerbose = false

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
    /// - Parameter dryRun: Whether what would change something is held back, see ``DryRun``.
    func client(dryRun: Bool = false) throws -> TodoClient {
        let configuration = try ClientConfiguration.load(environment: environment)
        var sender = sender
        if dryRun { sender = DryRun.Sender(base: sender ?? configuration.transport(), server: configuration.url) }
        return try TodoClient(configuration: configuration, sender: sender, retries: retries, trace: isVerbose ? trace : nil)
    }

    /// Today, for what can't do without.
    func day() throws(UsageError) -> LocalDate { try CommandContext.known(today) }

    static func known(_ today: LocalDate?) throws(UsageError) -> LocalDate {
        guard let today else { throw UsageError("The clock of this computer is wrong.") }
        return today
    }

    private func trace(_ line: String) {
        io.writeError(Style(self, .standardError).dim("> " + Printable.line(line)) + "\n")
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
    /// Takes text in UTF-8 for standard output. Throws once nobody reads it any more.
    package var writeOutput: @Sendable ([UInt8]) throws -> Void
    /// Hands on what was taken.
    package var flushOutput: @Sendable () throws -> Void
    package var writeError: @Sendable (String) -> Void
    /// The next line of standard input without its end; nil at the end.
    package var readLine: @Sendable () -> String?
    /// Asks on the terminal without showing what is typed.
    package var readSecret: @Sendable (_ prompt: String) -> Secret
    /// Goes on as the program of this name, with these arguments, from a PATH; gives why it can't.
    package var replaceProcess: @Sendable (_ program: String, _ arguments: [String], _ path: String) -> String

    package init(
        outputIsTerminal: Bool, errorIsTerminal: Bool, inputIsTerminal: Bool, width: Int?,
        writeOutput: @escaping @Sendable ([UInt8]) throws -> Void, flushOutput: @escaping @Sendable () throws -> Void = {},
        writeError: @escaping @Sendable (String) -> Void, readLine: @escaping @Sendable () -> String?,
        readSecret: @escaping @Sendable (_ prompt: String) -> Secret,
        replaceProcess: @escaping @Sendable (_ program: String, _ arguments: [String], _ path: String) -> String
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
        self.replaceProcess = replaceProcess
    }

    func write(_ text: String) throws { try writeOutput(Array(text.utf8)) }

    /// - Parameter flushing: Whether it is to reach its reader at once.
    func write(_ bytes: [UInt8], flushing: Bool = false) throws {
        try writeOutput(bytes)
        if flushing { try flushOutput() }
    }

    func flush() throws { try flushOutput() }

    /// The rest of standard input line by line, read on a thread of its own: nothing else waits for who types them.
    func lines() -> AsyncStream<String> {
        AsyncStream { continuation in
            DispatchQueue(label: "todo.input").async {
                while let line = readLine() { continuation.yield(line) }
                continuation.finish()
            }
        }
    }

    /// Asks on the terminal; nil where the input has ended.
    func ask(_ question: String) -> String? {
        writeError(question)
        return readLine()
    }

    /// Whether the answer to a question is yes. All else is no.
    func confirm(_ question: String) -> Bool {
        ["y", "yes"].contains(ask(question + " [y/N] ")?.lowercased() ?? "")
    }
}
