import HTTPTypes
import Hummingbird
import NIOCore
import Postgres
import Store
import TodoCore

/// An answer that is not the asked-for one: a problem document and the headers that belong to it.
struct APIError: Error {
    var problem: Problem
    var headers: HTTPFields = [:]

    init(_ status: HTTPResponse.Status, _ detail: String, errors: [Problem.Field]? = nil, headers: HTTPFields = [:]) {
        problem = Problem(title: status.reasonPhrase, status: status.code, detail: detail, errors: errors)
        self.headers = headers
    }

    static func unauthorized(_ detail: String) -> APIError {
        APIError(.unauthorized, detail, headers: [.wwwAuthenticate: "Bearer"])
    }

    static func invalid(_ errors: [Problem.Field]) -> APIError {
        let summary = errors.map { "\($0.loc.dropFirst().joined(separator: ".")): \($0.msg)" }.joined(separator: "; ")
        return APIError(.unprocessableContent, summary, errors: errors)
    }

    /// One field of the body, for what only the Store can find out.
    static func invalid(field: String, _ message: String, type: String) -> APIError {
        invalid([Problem.Field(loc: ["body", field], msg: message, type: type)])
    }

    static func unavailable(_ detail: String) -> APIError {
        APIError(.serviceUnavailable, detail, headers: [.retryAfter: "1"])
    }

    func response(requestID: String) -> Response {
        var problem = problem
        problem.requestID = requestID
        var headers = headers
        headers[.contentType] = "application/problem+json"
        let bytes = (try? Wire.encode(problem)) ?? Array("{}".utf8)
        return Response(
            status: HTTPResponse.Status(code: problem.status), headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}

extension APIError {
    /// What a client is told of an error from below; nil where it is our own fault, and only the log says more.
    init?(_ error: any Error) {
        switch error {
        case let error as APIError: self = error
        case let error as StoreError: self.init(error)
        case let error as PostgresError where error.isUnavailable:
            self = .unavailable("The database can't be reached just now. Try again in a moment.")
        case let error as PostgresError where error.isRetryable:
            self = .unavailable("Others changed the same at this moment. Try again.")
        case let error as PostgresTransactionError: self.init(error.closureError)
        case is NIOTooManyBytesError:
            self.init(.contentTooLarge, "The body may have at most \(Limits.bodySize) bytes.")
        case let error as any HTTPResponseError:
            self.init(error.status, APIError.words(for: error.status))
        default: return nil
        }
    }

    private init(_ error: StoreError) {
        switch error {
        case .emailTaken(let email):
            self.init(.conflict, "There is an account with the email \(email) already. Log in instead.")
        case .noSuchUser: self = .unauthorized("The account of this token is gone.")
        case .noSuchTask(let reference): self.init(.notFound, "There is no task \(reference).")
        case .noSuchList(let key): self.init(.notFound, "There is no list \(key).")
        case .noListForTask(let key): self = .invalid(field: "list", "there is no list \(key)", type: "no_such_list")
        case .listKeyTaken(let key): self.init(.conflict, "There is a list \(key) already.")
        case .listNotEmpty(let key):
            self.init(.conflict, "The list \(key) has tasks. Delete them, or move them to the inbox with ?tasks=move.")
        case .unknownTimeZone(let name):
            self = .invalid(
                field: "time_zone", "there is no time zone \(name): give a name like Europe/Berlin", type: "time_zone")
        case .idTaken: self.init(.conflict, "This id belongs to something else. Choose a new one.")
        case .versionMismatch(let current):
            self.init(
                .preconditionFailed, "The task was changed meanwhile: it is at version \(current.version).",
                headers: [.eTag: current.eTag])
            problem.current = current
        }
    }

    private static func words(for status: HTTPResponse.Status) -> String {
        switch status {
        case .notFound: "There is nothing at this address."
        default: status.reasonPhrase
        }
    }
}
