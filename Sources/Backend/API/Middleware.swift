import FoundationEssentials
import HTTPTypes
import Hummingbird
import Logging
import TodoCore

extension HTTPField.Name {
    static let requestID = HTTPField.Name("X-Request-Id")!
    static let totalCount = HTTPField.Name("X-Total-Count")!
    static let link = HTTPField.Name("Link")!
    static let contentTypeOptions = HTTPField.Name("X-Content-Type-Options")!
    static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
}

/// Gives each request an id, the caller's own if it is a sane one, and logs the answer.
struct RequestIDMiddleware: RouterMiddleware {
    func handle(
        _ request: Request, context: BasicContext, next: (Request, BasicContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.requestID = RequestIDMiddleware.sane(request.headers[.requestID]) ?? UUID.v7().lowercase
        context.logger[metadataKey: "request_id"] = "\(context.requestID)"
        let start = ContinuousClock.now
        var response = try await next(request, context)
        response.headers[.requestID] = context.requestID
        context.logger.debug(
            "answered",
            metadata: [
                "method": "\(request.method)", "path": "\(request.uri.path)", "status": "\(response.status.code)",
                "microseconds": "\((ContinuousClock.now - start) / .microseconds(1))",
            ])
        return response
    }

    /// 1–128 visible ASCII characters: anything else could forge a line of a log.
    private static func sane(_ id: String?) -> String? {
        guard let id, (1...128).contains(id.utf8.count), id.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        return id
    }
}

/// Turns every error into a problem document. What we did not foresee is a 500 that tells nothing, and a line in the log.
struct ProblemMiddleware: RouterMiddleware {
    func handle(
        _ request: Request, context: BasicContext, next: (Request, BasicContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            if let known = APIError(error) { return known.response(requestID: context.requestID) }
            context.logger.error("request failed", metadata: ["error": "\(error)", "path": "\(request.uri.path)"])
            return APIError(.internalServerError, "This is our fault. It is logged with the request's id.")
                .response(requestID: context.requestID)
        }
    }
}

/// What keeps the page safe in a browser.
struct SecurityHeadersMiddleware: RouterMiddleware {
    static let policy = """
        default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
        manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'
        """

    func handle(
        _ request: Request, context: BasicContext, next: (Request, BasicContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        response.headers[.contentTypeOptions] = "nosniff"
        response.headers[.referrerPolicy] = "no-referrer"
        if response.headers[.contentType]?.hasPrefix("text/html") == true {
            response.headers[.contentSecurityPolicy] = SecurityHeadersMiddleware.policy
        }
        return response
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
        guard parts.count == 2, parts[0].lowercased() == "bearer", let user = await tokens.user(of: String(parts[1])) else {
            throw APIError.unauthorized("The token is not good, or no longer. Log in again.")
        }
        var context = context
        context.user = user
        return try await next(request, context)
    }
}
