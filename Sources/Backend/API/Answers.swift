import HTTPTypes
import Hummingbird
import NIOCore
import TodoCore

extension TodoTask {
    /// The entity tag of this version, quoted.
    var eTag: String { "\"\(version)\"" }
}

extension Response {
    /// A JSON answer.
    static func json(
        _ value: some Encodable, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
    ) throws -> Response {
        var headers = headers
        headers[.contentType] = "application/json; charset=utf-8"
        return Response(
            status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: try Wire.encode(value))))
    }
}

extension RouterMethods {
    /// All that one path answers. The other methods get a 405 that names these.
    func path(_ path: RouterPath, _ handlers: [HTTPRequest.Method: @Sendable (Request, Context) async throws -> Response]) {
        for (method, handler) in handlers { on(path, method: method, use: handler) }
        let all: [HTTPRequest.Method] = [.get, .head, .post, .put, .patch, .delete, .options]
        let allowed = all.filter { handlers[$0] != nil || $0 == .head && handlers[.get] != nil }
        let names = allowed.map(\.rawValue).joined(separator: ", ")
        for method in all where !allowed.contains(method) {
            on(path, method: method) { _, _ -> Response in
                throw APIError(.methodNotAllowed, "This address takes \(names).", headers: [.allow: names])
            }
        }
    }
}
