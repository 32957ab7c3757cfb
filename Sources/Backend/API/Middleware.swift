import FoundationEssentials
import HTTPTypes
import Hummingbird
import Logging
import Postgres
import Synchronization
import TodoCore

/// What every request passes through, in one step since each step costs: it gives the request its id, turns errors into
/// problem documents, sets the headers that all answers have, counts, and logs.
struct RequestMiddleware: RouterMiddleware {
    /// A request that takes longer is worth a look.
    private static let slow = Duration.seconds(1)

    let metrics: HTTPMetrics
    let cors: CORSPolicy?

    func handle(
        _ request: Request, context: BasicContext, next: (Request, BasicContext) async throws -> Response
    ) async throws -> Response {
        let start = SuspendingClock.now
        metrics.began()
        var context = context
        context.requestID = Limits.requestID(request.headers[.requestID]) ?? RequestID.make()
        var response: Response
        var failure: (any Error)?
        if let preflight = cors?.preflight(request) {
            response = preflight
        } else {
            do {
                response = try await next(request, context)
            } catch {
                failure = error
                response = RequestMiddleware.problem(of: error).response(requestID: context.requestID)
            }
        }
        cors?.mark(&response.headers, for: request)
        SecurityHeaders.add(to: &response.headers)
        response.headers.append(HTTPField(name: .requestID, value: context.requestID))
        // The router does this for the routes that it knows, and not for what it doesn't find.
        if request.method == .head { response = response.createHeadResponse() }
        let duration = start.duration(to: .now)
        metrics.ended(route: context.endpointPath, method: request.method, status: response.status.code, after: duration)
        log(request, context, response.status, duration, failure)
        return response
    }

    /// What we did not foresee is a 500 that tells nothing; the log says more.
    private static func problem(of error: any Error) -> APIError {
        if let known = APIError(error) { return known }
        // Cancelled: the client has gone and sees nothing of this, or we were told to end and it should try again.
        if Task.isCancelled { return .unavailable("The server is about to end. Try again in a moment.") }
        return APIError(.internalServerError, "This is our fault. It is logged with the request's id.")
    }

    /// Our own faults are errors; what is missing or slow is a warning; what clients do is only for who looks closely.
    private func log(
        _ request: Request, _ context: BasicContext, _ status: HTTPResponse.Status, _ duration: Duration,
        _ failure: (any Error)?
    ) {
        let level: Logger.Level
        switch status.code {
        // One that is no failure is the news that GET /readyz has, again and again.
        case 503: level = failure == nil ? .debug : .warning
        case 500...: level = .error
        default: level = duration > RequestMiddleware.slow ? .warning : .debug
        }
        // Checked first: nothing is built for a line that nobody wants.
        guard context.logger.logLevel <= level else { return }
        var metadata: Logger.Metadata = [
            "request_id": "\(context.requestID)", "method": "\(request.method.rawValue)",
            "route": "\(HTTPMetrics.route(context.endpointPath))", "path": "\(request.uri.path.prefix(256))",
            "status": "\(status.code)", "duration_ms": "\((duration / .microseconds(1)).rounded() / 1000)",
        ]
        if let user = context.record.user { metadata["user_id"] = "\(user.lowercase)" }
        if let failure, status.code >= 500 { metadata["error"] = "\(failure)" }
        context.logger.log(level: level, status.code >= 500 ? "request failed" : "request answered", metadata: metadata)
    }
}

/// What is found out about a request on its way in, for the log line at its end.
final class RequestRecord: Sendable {
    private let found = Mutex<UUID?>(nil)

    var user: UUID? {
        get { found.withLock { $0 } }
        set { found.withLock { $0 = newValue } }
    }
}

/// Reads the user from `Authorization: Bearer`.
struct AuthenticationMiddleware: RouterMiddleware {
    let tokens: Tokens

    func handle(
        _ request: Request, context: BasicContext, next: (Request, BasicContext) async throws -> Response
    ) async throws -> Response {
        guard let header = request.headers[.authorization] else {
            throw APIError.unauthorized("This needs a token: log in, then send Authorization: Bearer TOKEN.")
        }
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer", let grant = await tokens.grant(of: String(parts[1])) else {
            throw APIError.unauthorized("The token is not good, or no longer. Log in again.")
        }
        var context = context
        context.grant = grant
        context.record.user = grant.user
        return try await next(request, context)
    }
}
