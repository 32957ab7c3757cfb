import Curl
import TodoCore

/// A request to the API before the server's address and the login are in it.
struct APIRequest {
    var method: String
    /// Below the API's own path, with the query.
    var path: String
    var body: (any Encodable)?
    /// The media type to answer with.
    var accept = "application/json"
    /// For `Last-Event-ID`.
    var lastEventID: String?
    /// For `If-Match`.
    var version: Int?
    /// Whether carrying it out twice has the same effect as once.
    var isRepeatable: Bool
    var needsLogin: Bool

    /// `isRepeatable` is by the method where it is nil.
    init(
        _ method: String, _ path: String, body: (any Encodable)? = nil, version: Int? = nil, isRepeatable: Bool? = nil,
        needsLogin: Bool = true
    ) {
        self.method = method
        self.path = path
        self.body = body
        self.version = version
        self.isRepeatable = isRepeatable ?? (method == "GET")
        self.needsLogin = needsLogin
    }

    /// Whether this status says, of a request that may have been carried out before, that it was.
    func isGone(_ status: Int) -> Bool { method == "DELETE" && isRepeatable && status == 404 }

    func message(to server: ServerURL, token: String?) throws(ClientError) -> HTTPRequest {
        var request = HTTPRequest(method: method, url: server.api(path), headers: ["Accept": accept])
        if let token { request.headers["Authorization"] = "Bearer \(token)" }
        if let lastEventID { request.headers["Last-Event-ID"] = lastEventID }
        if let version { request.headers["If-Match"] = "\"\(version)\"" }
        if let body {
            request.headers["Content-Type"] = "application/json"
            do { request.body = try Wire.encode(body) } catch {
                throw .invalid(Problem(title: "This can't be written as JSON", status: 0))
            }
        } else if method == "POST" {
            request.body = []
        }
        return request
    }
}
