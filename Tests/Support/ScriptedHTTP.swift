/// A request as a scripted server has read it.
public struct ScriptedRequest: Sendable {
    public var method: String
    /// Path and query.
    public var target: String
    /// Names in lower case.
    public var headers: [String: String]
    public var body: [UInt8]

    public var text: String { String(decoding: body, as: UTF8.self) }
}

/// What a scripted HTTP server does with a request.
public enum ScriptedAnswer: Sendable {
    case response(Int, [String: String] = [:], String = "")
    /// These bytes, then the end of the connection.
    case raw(String)
    /// Nothing, until the client closes.
    case silence
    /// The connection breaks.
    case reset
}

extension ScriptedServer {
    /// A server that answers each request of each connection; `number` counts them all from 1.
    public static func http(
        _ answer: @escaping @Sendable (_ request: ScriptedRequest, _ number: Int) -> ScriptedAnswer
    ) throws -> ScriptedServer {
        let counter = Counter()
        return try ScriptedServer { connection in
            while true {
                let request = try connection.readRequest()
                switch answer(request, counter.next()) {
                case .response(let status, let headers, let body):
                    var head = "HTTP/1.1 \(status) Scripted\r\nContent-Length: \(body.utf8.count)\r\n"
                    for (name, value) in headers.sorted(by: { $0.key < $1.key }) { head += "\(name): \(value)\r\n" }
                    try connection.write(head + "\r\n" + body)
                case .raw(let text): return try connection.write(text)
                case .silence: return try connection.waitForClose()
                case .reset: return connection.resetOnClose()
                }
            }
        }
    }
}

extension ScriptedServer.Connection {
    /// The next request, with a body where `Content-Length` announces one.
    public func readRequest() throws(ScriptedServer.Ended) -> ScriptedRequest {
        let start = try readLine().split(separator: " ").map(String.init)
        guard start.count == 3 else { throw .closed }
        var headers: [String: String] = [:]
        while true {
            let line = try readLine()
            if line.isEmpty { break }
            let parts = line.split(separator: ":", maxSplits: 1)
            let value = parts.count > 1 ? parts[1].drop { $0 == " " } : ""
            headers[String(parts.first ?? "").lowercased()] = String(value)
        }
        let body = try read(headers["content-length"].flatMap { Int($0) } ?? 0)
        return ScriptedRequest(method: start[0], target: start[1], headers: headers, body: body)
    }
}
