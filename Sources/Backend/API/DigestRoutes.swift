import Digest
import HTTPTypes
import Hummingbird
import NIOCore
import Store
import TodoCore

/// GET `/digest`: today's digest as it would be mailed, in the form that `Accept` asks for.
struct DigestRoutes: Sendable {
    private static let json = "application/json", html = "text/html", text = "text/plain"
    /// The page has its styles inside, since mail programs take no others; it loads nothing and runs nothing.
    private static let policy = """
        default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'
        """

    let digests: DigestQuery
    let renderer: DigestRenderer
    /// For users who have none.
    let defaultTimeZone: String
    /// Where users open their tasks.
    let publicURL: String

    func add(to router: some RouterMethods<UserContext>) {
        router.path("digest", [.get: show])
    }

    @Sendable func show(_ request: Request, _ context: UserContext) async throws -> Response {
        try request.refuseParameters()
        let accept = request.headers[values: .accept].joined(separator: ",")
        guard let type = Accept.best(of: [Self.json, Self.text, Self.html], for: accept) else {
            throw APIError(
                .notAcceptable, "The digest comes as application/json, text/plain or text/html.", headers: [.vary: "Accept"])
        }
        let (email, stats, digest) = try await digests.digest(of: context.user, defaultTimeZone: defaultTimeZone)
        let content = DigestContent(recipient: email, stats: stats, digest: digest, publicURL: publicURL)
        switch type {
        case Self.html:
            return Self.response(
                renderer.render(content).html,
                headers: [.contentType: "text/html; charset=utf-8", .contentSecurityPolicy: Self.policy, .vary: "Accept"])
        case Self.text:
            return Self.response(
                renderer.render(content).text, headers: [.contentType: "text/plain; charset=utf-8", .vary: "Accept"])
        default:
            return try .json(
                DigestAnswer(subject: DigestRenderer.subject(of: content), stats: stats, digest: digest),
                headers: [.vary: "Accept"]
            )
        }
    }

    private static func response(_ text: String, headers: HTTPFields) -> Response {
        Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
