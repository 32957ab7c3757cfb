import HTTPTypes
import Hummingbird
import NIOCore

/// GET `/openapi.json`, which describes the API, and `/docs`, the page that shows it and lets people try it.
struct DescriptionRoutes {
    func add(to router: some RouterMethods<BasicContext>) {
        router.path("openapi.json", [.get: { request, _ in BuiltInFile.description.response(to: request) }])
        router.path("docs", [.get: page])
        router.path("docs/docs.css", [.get: { request, _ in BuiltInFile.style.response(to: request) }])
        router.path("docs/docs.js", [.get: { request, _ in BuiltInFile.script.response(to: request) }])
    }

    /// The page names its files relative to its own address, so that it works below any prefix; a slash at the end
    /// would change what they are relative to.
    @Sendable private func page(_ request: Request, _ context: BasicContext) -> Response {
        request.uri.path.hasSuffix("/")
            ? Response(status: .permanentRedirect, headers: [.location: "../docs"]) : BuiltInFile.page.response(to: request)
    }
}

/// A file that is part of the program, so that it can't be missing and always fits the program's version.
private struct BuiltInFile {
    let contentType: String
    let bytes: ByteBuffer
    let eTag: String

    static let description = BuiltInFile("application/json; charset=utf-8", PackageResources.openapi_json)
    static let page = BuiltInFile("text/html; charset=utf-8", PackageResources.docs_html)
    static let style = BuiltInFile("text/css; charset=utf-8", PackageResources.docs_css)
    static let script = BuiltInFile("text/javascript; charset=utf-8", PackageResources.docs_js)

    private init(_ contentType: String, _ bytes: [UInt8]) {
        self.contentType = contentType
        self.bytes = ByteBuffer(bytes: bytes)
        eTag = EntityTag.of(bytes)
    }

    /// The file, or 304 where the client's copy is this very one.
    func response(to request: Request) -> Response {
        var headers: HTTPFields = [.eTag: eTag, .cacheControl: "no-cache"]
        if EntityTag.isNamed(eTag, by: request.headers[values: .ifNoneMatch]) {
            return Response(status: .notModified, headers: headers)
        }
        headers[.contentType] = contentType
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: bytes))
    }
}
