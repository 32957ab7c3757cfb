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
}

/// Arguments that fit the grammar but not each other or the product's limits.
struct UsageError: Error {
    var message: String

    init(_ message: String) { self.message = message }
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

/// An error as the program tells it.
struct Failure {
    var status: CommandStatus
    /// For programs: `not_found`.
    var code: String
    /// For people.
    var message: String
    /// The server's own words, where it said some.
    var problem: Problem?
    /// Whether nothing is left to say.
    var isTold: Bool { message.isEmpty || status == .done }

    init(_ error: any Error) {
        switch error {
        case let error as ClientError: self.init(error)
        case let error as ConfigurationError: self.init(.failed, "configuration", error.message)
        case let error as UsageError: self.init(.usage, "usage", error.message)
        case let error as FailureTold: self.init(error.status, "failed", "")
        case let error as OutputError: self.init(.failed, "output", "Can't write the output: \(error.reason).")
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
        case .validationFailure: self.init(.usage, "usage", message.replacingPrefix("Error: ", with: ""))
        default: self.init(.failed, "failed", message.replacingPrefix("Error: ", with: ""))
        }
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
        case .invalid(let problem): self.init(.failed, "invalid", text, problem)
        case .rateLimited: self.init(.failed, "rate_limited", text)
        case .server(let problem, _): self.init(.failed, "server", text, problem)
        case .unexpectedAnswer: self.init(.failed, "unexpected_answer", text)
        case .storage, .noStateFolder: self.init(.failed, "storage", text)
        }
    }

    /// One line: `{"error": {"code": …, "message": …, "exit_status": …, "problem": …}}`.
    var json: String {
        struct Body: Encodable {
            struct Details: Encodable {
                var code: String
                var message: String
                var exit_status: Int32
                var problem: Problem?
            }
            var error: Details
        }
        let body = Body(error: .init(code: code, message: message, exit_status: status.rawValue, problem: problem))
        return (try? Printable.json(body)) ?? "{\"error\": {\"code\": \"\(code)\"}}"
    }
}

extension String {
    fileprivate func replacingPrefix(_ prefix: String, with other: String) -> String {
        hasPrefix(prefix) ? other + dropFirst(prefix.count) : self
    }
}
