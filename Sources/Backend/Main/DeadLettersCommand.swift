import ArgumentParser
import DeadLetters
import Glibc
import Logging
import Synchronization

struct DeadLettersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dlq", abstract: "Look at the messages that could not be done, and send them back.",
        discussion: """
            A message that a service can't parse, or that fails for good, goes to events.dlq or commands.dlq with the \
            reason. Once the cause is mended, `retry` sends it to its topic again; services do nothing twice.

            EXAMPLES
              todo-backend dlq list
              todo-backend dlq show events.dlq/0/17
              todo-backend dlq retry events.dlq/0/17 commands.dlq/2/3
              todo-backend dlq retry --all --topic events --dry-run

            Needs KAFKA_BOOTSTRAP_SERVERS, or a running `todo-backend dev`.
            """,
        subcommands: [List.self, Show.self, Retry.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the messages that nobody sent back yet, the newest last.")

        @Option(help: "Only this topic: events.dlq or commands.dlq.")
        var topic: String?

        @Option(help: "How many of the newest to list.")
        var limit = 1000

        @Flag(help: "Print a JSON array.")
        var json = false

        @OptionGroup var options: RoleOptions

        func validate() throws {
            guard limit > 0 else { throw ValidationError("--limit must be at least 1.") }
        }

        func run() async throws {
            try await reporting {
                let list = try await options.deadLetters().list(topic: topic, limit: limit)
                let text = try json ? DeadLetterText.json(list) : DeadLetterText.table(list, columns: terminalColumns())
                FileHandleStream.standardOutput.write(text)
            }
        }

        /// Nil: standard output is no terminal, and nothing is to be cut off.
        private func terminalColumns() -> Int? {
            var size = winsize()
            guard isatty(STDOUT_FILENO) == 1, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
                return nil
            }
            return Int(size.ws_col)
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show one message with its headers.",
            discussion: "JSON is laid out in lines; what is no text is shown as bytes.")

        @Argument(help: "Its place, as `list` shows it, such as events.dlq/0/17.", transform: place)
        var id: DeadLetterID

        @Flag(help: "Print the message's value alone, byte for byte.")
        var raw = false

        @OptionGroup var options: RoleOptions

        func run() async throws {
            try await reporting {
                let contents = try await options.deadLetters().show(id)
                FileHandleStream.standardOutput.write(raw ? contents.value : Array(DeadLetterText.details(contents).utf8))
            }
        }
    }

    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Send messages back to the topics that they came from.",
            discussion: """
                Each has its own key, value and headers, and the header retried_from. What was sent back is listed no more; \
                if it fails again, it comes back as a new one. Ends with code 1 if any could not be sent.
                """)

        @Argument(help: "Places, as `list` shows them, such as events.dlq/0/17.", transform: place)
        var ids: [DeadLetterID] = []

        @Flag(help: "Send all back that nobody sent back yet.")
        var all = false

        @Option(help: "With --all: only those of events.dlq or commands.dlq.")
        var topic: String?

        @Flag(help: "Those too that were sent back before.")
        var again = false

        @Flag(help: "Say what would be sent, and send nothing.")
        var dryRun = false

        @OptionGroup var options: RoleOptions

        func validate() throws {
            guard all != !ids.isEmpty else { throw ValidationError("Give the places of messages, or --all.") }
            guard all || topic == nil else { throw ValidationError("--topic goes with --all.") }
            guard !all || !again else { throw ValidationError("--again goes with the places of messages, not with --all.") }
        }

        func run() async throws {
            try await reporting {
                let queue = try await options.deadLetters()
                let tally = Mutex((good: 0, bad: 0))
                let tell: @Sendable (DeadLetterRetry) -> Void = { retry in
                    FileHandleStream.standardOutput.write(DeadLetterText.line(retry))
                    tally.withLock { if retry.isSuccess { $0.good += 1 } else { $0.bad += 1 } }
                }
                if all {
                    try await queue.retryAll(topic: topic, dryRun: dryRun, each: tell)
                } else {
                    try await queue.retry(ids, again: again, dryRun: dryRun).forEach(tell)
                }
                let (good, bad) = tally.withLock { $0 }
                if all { FileHandleStream.standardOutput.write(DeadLetterText.summary(good: good, bad: bad, dryRun: dryRun)) }
                if bad > 0 { throw ExitCode.failure }
            }
        }
    }
}

/// Reads a place that an operator wrote.
private func place(_ text: String) throws -> DeadLetterID {
    guard let id = DeadLetterID(text) else {
        throw ValidationError("write topic/partition/offset, such as events.dlq/0/17.")
    }
    return id
}

extension RoleOptions {
    /// The dead letters of the broker that the settings name.
    fileprivate func deadLetters() async throws -> DeadLetterQueue {
        let settings = try await Settings.load(devFolder: data)
        try Logs.bootstrap(settings, defaultLevel: .warning)
        return DeadLetterQueue(kafka: try settings.kafka(), logger: Logger(label: "dlq"))
    }
}
