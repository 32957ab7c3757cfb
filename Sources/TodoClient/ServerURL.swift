import Curl

/// Where a todo server is: `https://todo.example.org`, in one form however it was written.
public struct ServerURL: Sendable, Hashable, CustomStringConvertible {
    /// Without a slash at the end.
    public let text: String

    /// Where a server on this machine listens unless told otherwise.
    public static let standard = ServerURL(normal: "http://127.0.0.1:8080")

    /// Takes `http` and `https` URLs with a host and perhaps a path; no query, no user and password.
    /// - Throws: what is wrong, in words that follow the URL.
    public init(_ text: String) throws(ServerURL.Fault) {
        guard text.contains("://") else { throw Fault(reason: "must begin with http:// or https://") }
        guard let parts = URLParts(text), ["http", "https"].contains(parts.scheme) else {
            throw Fault(reason: "is not an http or https URL")
        }
        guard parts.user == nil, parts.password == nil else { throw Fault(reason: "must not hold a user or a password") }
        guard parts.query == nil, !text.contains("#") else { throw Fault(reason: "must not have a ? or # part") }
        let host = parts.host.lowercased()
        var path = Substring(parts.path)
        while path.hasSuffix("/") { path = path.dropLast() }
        // The API's own path is added to each request.
        if path.hasSuffix(ServerURL.apiPath) { path = path.dropLast(ServerURL.apiPath.count) }
        let standardPort = parts.scheme == "https" ? "443" : "80"
        let port = parts.port.map { $0 == standardPort ? "" : ":\($0)" } ?? ""
        self.init(normal: "\(parts.scheme)://\(host.contains(":") ? "[\(host)]" : host)\(port)\(path)")
    }

    private init(normal: String) { text = normal }

    public var description: String { text }

    /// Why a text is not the URL of a server.
    public struct Fault: Error, Sendable, Hashable {
        /// Words that follow the URL: `must begin with http://`.
        public let reason: String
    }

    static let apiPath = "/api/v1"

    /// The URL of a path of the API, such as `/tasks?limit=3`.
    func api(_ path: String) -> String { text + ServerURL.apiPath + path }
}

/// The text as it may stand in a path segment or a query's value: all but RFC 3986's unreserved characters encoded.
func percentEncoded(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
            result.unicodeScalars.append(Unicode.Scalar(byte))
        default:
            result += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
        }
    }
    return result
}
