import HTTPTypes
import Hummingbird
import NIOCore
import Store
import TodoCore

extension TodoTask {
    /// The entity tag of this version, quoted.
    var eTag: String { "\"\(version)\"" }
}

extension StoredTask {
    /// The entity tag of this version, quoted.
    var eTag: String { "\"\(version)\"" }
}

extension Response {
    /// A JSON answer.
    static func json(
        _ value: some Encodable, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
    ) throws -> Response {
        json(ByteBuffer(bytes: try Wire.encode(value)), status: status, headers: headers)
    }

    /// One task with its entity tag.
    static func task(_ task: StoredTask, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) -> Response {
        var headers = headers
        headers[.eTag] = task.eTag
        var writer = JSONWriter()
        task.write(to: &writer)
        return json(writer, status: status, headers: headers)
    }

    /// An array of tasks.
    static func tasks(_ tasks: [StoredTask], headers: HTTPFields) -> Response {
        var writer = JSONWriter(capacity: 2 + tasks.count * 400)
        writer.raw("[")
        for (index, task) in tasks.enumerated() {
            if index > 0 { writer.raw(",") }
            task.write(to: &writer)
        }
        writer.raw("]")
        return json(writer, status: .ok, headers: headers)
    }

    private static func json(
        _ writer: borrowing JSONWriter, status: HTTPResponse.Status, headers: HTTPFields
    ) -> Response {
        json(writer.withBytes { ByteBuffer(bytes: $0) }, status: status, headers: headers)
    }

    private static func json(_ bytes: ByteBuffer, status: HTTPResponse.Status, headers: HTTPFields) -> Response {
        var headers = headers
        headers[.contentType] = "application/json; charset=utf-8"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: bytes))
    }
}

extension RouterMethods {
    /// All that one path answers. The other methods get a 405 that names these.
    func path(_ path: RouterPath, _ handlers: [HTTPRequest.Method: @Sendable (Request, Context) async throws -> Response]) {
        for (method, handler) in handlers { on(path, method: method, use: handler) }
        let all: [HTTPRequest.Method] = [.get, .head, .post, .put, .patch, .delete, .options, .trace]
        let allowed = all.filter { handlers[$0] != nil || $0 == .head && handlers[.get] != nil }
        let names = allowed.map(\.rawValue).joined(separator: ", ")
        for method in all where !allowed.contains(method) {
            on(path, method: method) { _, _ -> Response in
                throw APIError(.methodNotAllowed, "This address takes \(names).", headers: [.allow: names])
            }
        }
    }
}
