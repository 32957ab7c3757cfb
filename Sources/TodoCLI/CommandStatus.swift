import ArgumentParser
import TodoClient
import TodoCore

/// How the program ends. Scripts rely on the numbers.
package enum CommandStatus: Int32, Sendable {
    case done = 0
    case failed = 1
    /// The arguments are wrong.
    case usage = 2
    case notFound = 3
    case loginNeeded = 4
    case conflict = 5
    case unreachable = 6
    /// Ctrl-C at a question, as shells count signal 2.
    case interrupted = 130

    /// The status of several outcomes is that of the worst: first what keeps all from working, last what one task alone has.
    func isWorse(than other: CommandStatus) -> Bool {
        let order: [CommandStatus] = [.done, .failed, .notFound, .conflict, .loginNeeded, .unreachable, .usage, .interrupted]
        return (order.firstIndex(of: self) ?? 0) > (order.firstIndex(of: other) ?? 0)
    }
}

/// Arguments that fit the grammar but not each other or the product's limits.
struct UsageError: Error {
    var message: String

    init(_ message: String) { self.message = message }
}

/// Another program can't be started.
struct StartError: Error {
    var message: String
}

/// Ctrl-C at a question.
struct Interrupted: Error {}

/// The reader of our output has gone.
struct BrokenPipe: Error {}

/// Standard output takes no more: the disk is full.
struct OutputError: Error {
    var reason: String
}

/// Something failed and has been told already; only the status is left to give.
struct FailureTold: Error {
    var status: CommandStatus
}

/// A failure that is ready to be told.
struct Failed: Error {
    var failure: Failure
}

/// An error as the program tells it.
struct Failure {
    var status: CommandStatus
    /// For programs: `not_found`.
    var code: String
    /// For people.
    var message: String
    /// The server's own words, where it said some.
    var problem: Problem?
    /// Of several things that were asked for, the one that failed: a task's reference, or the line of an input.
    var reference: String?
    var line: Int?
    /// What was asked for and not done because of this.
    var notDone: [String] = []
    /// Whether nothing is left to say.
    var isTold: Bool { message.isEmpty || status == .done }

    init(_ error: any Error) {
        switch error {
        case let error as ClientError: self.init(error)
        case let error as ConfigurationError: self.init(.failed, "configuration", error.message)
        case let error as UsageError: self.init(.usage, "usage", error.message)
        case let error as Failed: self = error.failure
        case let error as FailureTold: self.init(error.status, "failed", "")
        case let error as OutputError: self.init(.failed, "output", "Can't write the output: \(error.reason).")
        case let error as StartError: self.init(.failed, "not_started", error.message)
        case is Interrupted: self.init(.interrupted, "interrupted", "Interrupted.")
        default: self.init(parsing: error)
        }
    }

    private init(_ status: CommandStatus, _ code: String, _ message: String, _ problem: Problem? = nil) {
        (self.status, self.code, self.message, self.problem) = (status, code, message, problem)
    }

    /// What argument-parser throws: a cry for help, or wrong usage (its own status for that is 64).
    private init(parsing error: any Error) {
        let message = Todo.fullMessage(for: error)
        switch Todo.exitCode(for: error) {
        case .success: self.init(.done, "help", message)
        case .validationFailure: self.init(.usage, "usage", Failure.brief(message))
        default: self.init(.failed, "failed", Failure.brief(message))
        }
    }

    /// What is wrong, and where to read on: without the help that argument-parser puts below.
    private static func brief(_ message: String) -> String {
        let lines = message.replacingPrefix("Error: ", with: "").split(separator: "\n", omittingEmptySubsequences: false)
        let helps = ["Help:", "Usage:", "USAGE:", "OVERVIEW:"]
        var text = lines.prefix { line in !line.isEmpty && !helps.contains { line.hasPrefix($0) } }.joined(separator: "\n")
        // Its own way to say so: "  See 'todo add --help' for more information."
        for line in lines where line.hasPrefix("  See '") {
            text += "\nSee: \(line.dropFirst(7).prefix { $0 != "'" })"
        }
        return text
    }

    private init(_ error: ClientError) {
        let text = error.message
        switch error {
        case .unreachable, .interrupted: self.init(.unreachable, "unreachable", text)
        case .cancelled: self.init(.failed, "cancelled", text)
        case .unauthorized: self.init(.loginNeeded, "login_needed", text)
        case .wrongCredentials: self.init(.loginNeeded, "wrong_credentials", text)
        case .notFound(let problem): self.init(.notFound, "not_found", text, problem)
        case .conflict(let problem): self.init(.conflict, "conflict", text, problem)
        case .preconditionFailed: self.init(.conflict, "changed_meanwhile", text)
        case .invalid(let problem):
            // Words that stand for themselves, and a list that isn't there is as if it had been asked for alone.
            switch problem.errors?.first.map({ ($0.type, $0.msg) }) {
            case ("no_such_list", let words)?:
                self.init(.notFound, "not_found", "T\(words.dropFirst()).\nMake it: todo lists add KEY NAME", problem)
            case ("time_zone", let words)?: self.init(.failed, "invalid", "T\(words.dropFirst()).", problem)
            default: self.init(.failed, "invalid", text, problem)
            }
        case .rateLimited: self.init(.failed, "rate_limited", text)
        case .server(let problem, _): self.init(.failed, "server", text, problem)
        case .unexpectedAnswer: self.init(.failed, "unexpected_answer", text)
        case .storage, .noStateFolder: self.init(.failed, "storage", text)
        }
    }

    /// One line, `{"error": {…}}`, with every field in it.
    var json: String {
        struct Body: Encodable {
            var error: Details
        }
        struct Details: Encodable {
            var failure: Failure

            func encode(to encoder: any Encoder) throws {
                var container = encoder.container(keyedBy: Key.self)
                try container.encode(failure.code, forKey: .code)
                try container.encode(failure.message, forKey: .message)
                try container.encode(failure.status.rawValue, forKey: .exitStatus)
                try container.encode(failure.problem, forKey: .problem)
                try container.encode(failure.reference, forKey: .reference)
                try container.encode(failure.line, forKey: .line)
                try container.encode(failure.notDone, forKey: .notDone)
            }
        }
        enum Key: String, CodingKey {
            case code, message
            case exitStatus = "exit_status"
            case problem, reference, line
            case notDone = "not_done"
        }
        return (try? Printable.json(Body(error: Details(failure: self)))) ?? "{\"error\": {\"code\": \"\(code)\"}}"
    }

    /// For people: what failed, what happened, and what was left undone, in few lines.
    var text: String {
        let place = reference.map { "\($0): " } ?? line.map { "line \($0): " } ?? ""
        guard !notDone.isEmpty else { return place + message }
        let shown = notDone.prefix(10).joined(separator: " ")
        return place + message + "\nNot done: \(shown)" + (notDone.count > 10 ? " and \(notDone.count - 10) more" : "")
    }
}

extension String {
    fileprivate func replacingPrefix(_ prefix: String, with other: String) -> String {
        hasPrefix(prefix) ? other + dropFirst(prefix.count) : self
    }
}
