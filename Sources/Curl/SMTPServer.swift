import Ccurl

/// What the URL says about the server.
struct SMTPServer {
    /// For libcurl: without credentials and query.
    let url: String
    /// One of libcurl's `CURLUSESSL_…`.
    let tls: Int
    let username: String?
    let password: String?
    let isThisMachine: Bool

    init(_ text: String, hasCredentials: Bool) throws(SMTPError) {
        guard let parts = URLParts(text), ["smtp", "smtps"].contains(parts.scheme) else {
            throw .permanent(code: nil, text: "not a URL like smtp://mail.example.org:587 or smtps://mail.example.org")
        }
        let host = parts.host.contains(":") ? "[\(parts.host)]" : parts.host
        url = "\(parts.scheme)://\(host)\(parts.port.map { ":\($0)" } ?? "")\(parts.path)"
        username = parts.user
        password = parts.password
        isThisMachine = parts.isThisMachine
        switch parts.query {
        case nil where (hasCredentials || parts.user != nil) && !parts.isThisMachine: tls = Int(CURLUSESSL_ALL.rawValue)
        case nil, "starttls=offered": tls = Int(CURLUSESSL_TRY.rawValue)
        case "starttls=required": tls = Int(CURLUSESSL_ALL.rawValue)
        case "starttls=never": tls = Int(CURLUSESSL_NONE.rawValue)
        case let query?:
            throw .permanent(code: nil, text: "?\(query) is not known: starttls=required, starttls=offered or starttls=never")
        }
    }
}
