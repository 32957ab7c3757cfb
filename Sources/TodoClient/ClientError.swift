import Curl
public import TodoCore

/// Why the client could not do what it was asked for.
public enum ClientError: Error, Sendable {
    /// No connection to the server.
    case unreachable(url: String, reason: String)
    /// The connection broke before the answer: the server may have done what it was asked.
    case interrupted(url: String, reason: String)
    case cancelled
    /// 401. `hadToken`: whether a login was there and was refused.
    case unauthorized(url: String, hadToken: Bool)
    /// 401 on a login: the email or the password is wrong.
    case wrongCredentials
    /// 404.
    case notFound(Problem)
    /// 409.
    case conflict(Problem)
    /// 412: the task was changed meanwhile. `current` is the task as it is now.
    case preconditionFailed(current: TodoTask?)
    /// The request is not good: 400, 422 and the other 4xx.
    case invalid(Problem)
    /// 429.
    case rateLimited(retryAfter: Duration?)
    /// 5xx. `body` is the answer as it came.
    case server(Problem, body: [UInt8])
    /// What answers is no todo server, or one that we don't understand.
    case unexpectedAnswer(url: String, reason: String)
    /// The file of the kept login can't be read or written.
    case storage(FileError)
    /// There is no folder to keep a login in.
    case noStateFolder
}

extension ClientError {
    /// What happened and what to do, in one or two lines for people. May hold text from the server.
    public var message: String {
        switch self {
        case .unreachable(let url, let reason):
            "Can't reach the server at \(url): \(reason).\nCheck that it runs, or set the right address in TODO_URL."
        case .interrupted(let url, let reason):
            "The server at \(url) gave no answer: \(reason).\nIt may have made the change; look before you repeat it."
        case .cancelled: "Cancelled."
        case .unauthorized(let url, hadToken: false): "You are not logged in at \(url).\nRun: todo login EMAIL"
        case .unauthorized(let url, hadToken: true): "Your login at \(url) has expired or is not valid.\nRun: todo login EMAIL"
        case .wrongCredentials: "The email or the password is wrong.\nNo account yet? Run: todo register EMAIL"
        case .notFound(let problem), .conflict(let problem): problem.sentence
        case .preconditionFailed(let current?):
            "Task \(current.reference) was changed meanwhile; it is at version \(current.version) now.\n"
                + "Look at it again before you change it."
        case .preconditionFailed(nil): "The task was changed meanwhile.\nLook at it again before you change it."
        case .invalid(let problem): problem.sentence
        case .rateLimited(let delay?): "Too many attempts. Try again in \(delay.components.seconds) s."
        case .rateLimited(nil): "Too many attempts. Try again in a minute."
        case .server(let problem, _):
            "The server has a problem: \(problem.sentence)"
                + (problem.requestID.map { "\nIts log has more under request \($0)." } ?? "\nTry again in a moment.")
        case .unexpectedAnswer(let url, let reason):
            "What answers at \(url) does not seem to be a todo server: \(reason).\nCheck TODO_URL."
        case .storage(let error): error.message
        case .noStateFolder: "There is no place to keep the login.\nSet HOME or XDG_STATE_HOME, or give a token in TODO_TOKEN."
        }
    }
}

extension ClientError {
    /// The cause alone in a few words, without a full stop and without advice: `connection refused`. For a state that may pass
    /// by itself, such as a live feed that is away. May hold text from the server.
    public var cause: String {
        switch self {
        case .unreachable(_, let reason), .interrupted(_, let reason), .unexpectedAnswer(_, let reason): return reason
        case .rateLimited: return "too many attempts"
        case .server(let problem, _): return "the server answered with status \(problem.status)"
        default:
            let line = message.prefix { $0 != "\n" }
            return String(line.hasSuffix(".") ? line.dropLast() : line)
        }
    }
}

extension ClientError {
    init(_ error: HTTPError, url: String) {
        switch error {
        case .unreachable(_, let reason): self = .unreachable(url: url, reason: reason)
        case .interrupted(let reason): self = .interrupted(url: url, reason: reason)
        case .cancelled: self = .cancelled
        case .malformedResponse(let reason), .invalidRequest(let reason): self = .unexpectedAnswer(url: url, reason: reason)
        }
    }

    /// The error that an answer outside 2xx means.
    init(_ response: HTTPResponse, url: String, hadToken: Bool) {
        let decoded = try? Wire.decode(Problem.self, from: response.body)
        let problem = decoded ?? Problem(title: "it answered with status \(response.status)", status: response.status)
        switch response.status {
        case 401: self = .unauthorized(url: url, hadToken: hadToken)
        case 429: self = .rateLimited(retryAfter: RetryPolicy.retryAfter(response.headers["Retry-After"]))
        case 500...: self = .server(problem, body: response.body)
        case 300..<400:
            let target = response.headers["Location"].map { " to \($0)" } ?? ""
            self = .unexpectedAnswer(url: url, reason: "it sends us on\(target)")
        // The body tells a task that isn't there from a server that doesn't know the path.
        case _ where decoded == nil: self = .unexpectedAnswer(url: url, reason: "it answered with status \(response.status)")
        case 404: self = .notFound(problem)
        case 409: self = .conflict(problem)
        case 412: self = .preconditionFailed(current: problem.current)
        default: self = .invalid(problem)
        }
    }
}

extension Problem {
    /// One line for people: each wrong field with what is wrong, else the detail, else the title; with a full stop.
    public var sentence: String {
        let fields = (errors ?? []).map { error in
            let path = error.loc.drop { $0 == "body" || $0 == "query" }.joined(separator: ".")
            return path.isEmpty ? error.msg : "\(path) \(error.msg)"
        }
        let text = fields.isEmpty ? detail ?? title : fields.joined(separator: "; ")
        return text.hasSuffix(".") || text.hasSuffix("!") || text.hasSuffix("?") ? text : text + "."
    }
}
