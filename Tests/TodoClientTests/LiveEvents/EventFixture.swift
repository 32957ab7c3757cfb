import TestSupport
import TodoClient
import TodoCore

extension ScriptedServer.Connection {
    /// The head of a stream, and what our server begins one with.
    func openStream(at place: String? = nil, retry: Int = 0) throws {
        var text = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nConnection: close\r\n\r\n"
        if let place { text += ": connected\nretry: \(retry)\nid: \(place)\n\n" }
        try write(text)
    }

    /// A problem, then the end of the connection.
    func answer(_ status: Int, _ headers: String = "") throws {
        let body = json(Problem(title: "T", status: status, detail: "d"))
        try write("HTTP/1.1 \(status) T\r\n\(headers)Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)")
    }
}

/// The JSON of event `5-place`, which tells of a new task `tplace`.
func eventJSON(_ place: Int, type: String = "task.created") -> String {
    """
    {"event_id": "0198a5b2-7c1e-7000-8000-00000000000\(place)", "type": "\(type)", "occurred_at": "2026-11-22T00:00:00Z", \
    "user_id": "0198a5b2-7c1e-7000-8000-000000000001", "task_id": "0198a5b2-7c1e-7000-8000-000000000002", "title": "t\(place)"}
    """
}

/// As it stands in a stream.
func event(_ place: Int, type: String = "task.created") -> String {
    "id: 5-\(place)\nevent: \(type)\ndata: \(eventJSON(place, type: type))\n\n"
}

extension LiveEvent {
    /// `5-1 created t1`, `5-2 interrupted`.
    var summary: String {
        switch kind {
        case .connected: "\(cursor) connected"
        case .reset: "\(cursor) reset"
        case .disconnected(let error, _): "\(cursor) \("\(error)".prefix { $0 != "(" })"
        case .event(let event, _):
            switch event.kind {
            case .taskCreated(_, let title): "\(cursor) created \(title)"
            default: "\(cursor) \(event.type)"
            }
        }
    }
}

/// A server whose every connection does what the test says; `number` counts them from 1.
func eventFeed(
    token: String? = "secret",
    wait: @escaping @Sendable (Duration) async throws -> Void = { _ in },
    _ script: @escaping @Sendable (ScriptedServer.Connection, Int) throws -> Void,
    resume: (@Sendable (ScriptedServer.Connection, _ lastEventID: String?) throws -> Void)? = nil
) throws -> (client: TodoClient, server: ScriptedServer, requests: Recorder<ScriptedRequest>) {
    let requests = Recorder<ScriptedRequest>()
    let server = try ScriptedServer { connection in
        let request = try connection.readRequest()
        requests.append(request)
        if let resume, connection.number > 1 {
            try resume(connection, request.headers["last-event-id"])
        } else {
            try script(connection, connection.number)
        }
    }
    var configuration = ClientConfiguration()
    configuration.url = try ServerURL(server.url)
    configuration.token = token
    let retries = RetryPolicy(random: { 0 }, wait: wait)
    return (try TodoClient(configuration: configuration, retries: retries), server, requests)
}
