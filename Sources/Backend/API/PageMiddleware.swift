import HTTPTypes
import Hummingbird
import NIOCore

/// Serves the web page to who asks for what no route knows. Add it after the routes, so that their requests don't pass it.
///
/// Not Hummingbird's `FileMiddleware`: its entity tags are made of time and size, which images built twice share, and it
/// answers ranges outside a file with nonsense. Ours come from the content, and ranges are not offered.
struct PageMiddleware: RouterMiddleware {
    let files: PageFiles

    func handle(
        _ request: Request, context: BasicContext, next: (Request, BasicContext) async throws -> Response
    ) async throws -> Response {
        let codings = ContentCoding.accepted(by: request.headers[values: .acceptEncoding])
        guard request.method == .get || request.method == .head,
            let file = files.file(at: request.uri.path, accepting: codings)
        else { return try await next(request, context) }
        context.coreContext.endpointPath.value = "page"
        // Each form of a file has a tag of its own, since it has a content of its own.
        var headers: HTTPFields = [.eTag: file.eTag, .cacheControl: "no-cache", .vary: "Accept-Encoding"]
        if EntityTag.isNamed(file.eTag, by: request.headers[values: .ifNoneMatch]) {
            return Response(status: .notModified, headers: headers)
        }
        headers[.contentType] = file.mediaType
        headers[.contentEncoding] = file.coding?.rawValue
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: file.content))
    }
}
