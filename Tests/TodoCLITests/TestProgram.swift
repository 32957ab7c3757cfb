import Curl
import FoundationEssentials
import Synchronization
import Testing
import TodoCLI
import TodoClient
import TodoCore

/// The program with everything around it replaced: a fake server, a fake terminal, a day of its own.
final class TestProgram: Sendable {
    struct Outcome: Equatable {
        var output: String
        var error: String
        var status: CommandStatus
    }

    private struct State {
        var output = ""
        var error = ""
        var lines: [String] = []
        var secrets: [CommandIO.Secret] = []
        var prompts: [String] = []
        var started: [[String]] = []
        /// Bytes that standard output still takes; nil for any number.
        var room: Int?
    }

    let api = FakeAPI()
    let folder: String
    private let state = Mutex(State())
    private let environment: [String: String]
    private let isTerminal: Bool
    private let width: Int?

    /// - Parameters:
    ///   - terminal: Whether all three streams are one.
    ///   - lines: What standard input gives.
    ///   - secrets: What is typed at hidden prompts.
    init(
        terminal: Bool = false, width: Int? = nil, lines: [String] = [], secrets: [CommandIO.Secret] = [], room: Int? = nil,
        environment: [String: String] = ["TODO_TOKEN": "t", "TODO_URL": "http://todo.test"]
    ) {
        isTerminal = terminal
        self.width = width
        folder = "\(FileManager.default.temporaryDirectory.path)/todo-cli-\(UUID().uuidString)"
        self.environment = environment.merging(["HOME": folder]) { given, _ in given }
        state.withLock { state in
            state.lines = lines
            state.secrets = secrets
            state.room = room
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// The hidden prompts that were shown.
    var prompts: [String] { state.withLock { $0.prompts } }

    /// The programs, with their arguments, that were to take the place of this one.
    var started: [[String]] { state.withLock { $0.started } }

    /// Runs one command line and checks that the server's answers were all used.
    func run(_ arguments: String...) async -> Outcome { await run(arguments) }

    func run(_ arguments: [String]) async -> Outcome {
        let status = await Program.run(arguments, in: context)
        api.verify()
        return state.withLock { state in
            defer { (state.output, state.error) = ("", "") }
            return Outcome(output: state.output, error: state.error, status: status)
        }
    }

    private var context: CommandContext {
        CommandContext(
            io: CommandIO(
                outputIsTerminal: isTerminal, errorIsTerminal: isTerminal, inputIsTerminal: isTerminal, width: width,
                writeOutput: { bytes in
                    let text = String(decoding: bytes, as: UTF8.self)
                    try self.state.withLock { state in
                        if let room = state.room, state.output.utf8.count + text.utf8.count > room { throw Program.outputClosed }
                        state.output += text
                    }
                },
                writeError: { text in self.state.withLock { $0.error += text } },
                readLine: { self.state.withLock { $0.lines.isEmpty ? nil : $0.lines.removeFirst() } },
                readSecret: { prompt in
                    self.state.withLock { state in
                        state.prompts.append(prompt)
                        return state.secrets.isEmpty ? .noTerminal : state.secrets.removeFirst()
                    }
                },
                replaceProcess: { program, arguments, _ in
                    self.state.withLock { $0.started.append([program] + arguments) }
                    return "there is none"
                }),
            environment: environment, sender: api, retries: RetryPolicy(wait: { _ in }),
            today: LocalDate(year: 2026, month: 11, day: 22),
            localTime: { String(Timestamp.text($0).prefix(16)).replacing("T", with: " ") })
    }
}

/// A task that a test can describe in a line.
func task(
    _ number: Int, _ title: String, list: String? = nil, done: Bool = false, notes: String = "", due: String? = nil,
    priority: Int = 0, tags: [String] = [], version: Int = 1
) -> TodoTask {
    let date = Date(timeIntervalSince1970: 1_790_000_000)
    return TodoTask(
        id: UUID(uuidString: "01890000-0000-7000-8000-00000000000\(number % 10)") ?? UUID(), list: list, number: number,
        title: title, done: done, notes: notes, dueOn: due.flatMap { LocalDate($0) }, priority: priority, tags: tags,
        version: version, createdAt: date, updatedAt: date, doneAt: done ? date : nil)
}

let allTasks = "GET /tasks?limit=1000"
