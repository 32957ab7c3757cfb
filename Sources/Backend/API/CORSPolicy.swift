import HTTPTypes
import Hummingbird

/// Which other sites' pages may call the API from a browser. Our own page needs none of it.
public struct CORSPolicy: Sendable, Hashable {
    /// Nil: every origin.
    private let origins: Set<String>?

    /// What is wrong with a list of origins, as an end of the sentence "CORS_ORIGINS …".
    public struct Malformed: Error, Hashable, CustomStringConvertible {
        public let description: String
    }

    /// Reads `https://a.example, http://localhost:5173`, or `*`.
    public init(parsing list: String) throws(Malformed) {
        var origins: Set<String> = []
        var isAny = false
        for item in list.split(separator: ",", omittingEmptySubsequences: false) {
            let text = item.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
            let origin = String(text).lowercased()
            if origin == "*" {
                isAny = true
            } else if let normal = CORSPolicy.normal(origin) {
                origins.insert(normal)
            } else {
                throw Malformed(
                    description: "has \"\(String(text))\": give origins such as https://app.example.org, with commas, or *")
            }
        }
        guard !isAny || origins.isEmpty else { throw Malformed(description: "has * beside others: give either * or a list") }
        self.origins = isAny ? nil : origins
    }

    /// The origin as browsers write it; nil when it is none.
    private static func normal(_ origin: String) -> String? {
        for (scheme, port) in [("https://", ":443"), ("http://", ":80")] where origin.hasPrefix(scheme) {
            let rest = origin.dropFirst(scheme.count)
            let host: Substring
            if rest.first == "[" {
                host = rest.prefix { $0 != "]" } + "]"
                guard host.dropFirst().dropLast().allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }) else { return nil }
            } else {
                host = rest.prefix { $0 != ":" }
                let isName = host.utf8.allSatisfy {
                    (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x2E || $0 == 0x5F
                }
                guard isName, !host.hasPrefix("."), !host.contains("..") else { return nil }
            }
            guard host.count > (rest.first == "[" ? 2 : 0), rest.hasPrefix(host) else { return nil }
            let end = rest.dropFirst(host.count)
            if end.isEmpty || end == port { return scheme + host }
            guard end.first == ":", let number = UInt16(end.dropFirst()), number > 0, end.dropFirst() == "\(number)" else {
                return nil
            }
            return origin
        }
        return nil
    }

    // MARK: Answers

    private static let methods = "GET, HEAD, POST, PATCH, DELETE"
    private static let requestHeaders = "Authorization, Content-Type, If-Match, Last-Event-ID, X-Request-Id"
    private static let answerHeaders = "ETag, Link, Location, Retry-After, X-Request-Id, X-Total-Count"

    /// The answer to a browser that asks whether it may send a request; nil for anything else, and for other origins.
    func preflight(_ request: Request) -> Response? {
        guard request.method == .options, request.headers.contains(.accessControlRequestMethod), allowed(request) != nil else {
            return nil
        }
        return Response(
            status: .noContent,
            headers: [
                .accessControlAllowMethods: CORSPolicy.methods, .accessControlAllowHeaders: CORSPolicy.requestHeaders,
                // Two hours: no browser keeps it longer.
                .accessControlMaxAge: "7200",
            ])
    }

    /// Lets an allowed origin read the answer.
    func mark(_ headers: inout HTTPFields, for request: Request) {
        // For caches: the answer to another origin is another one.
        if origins != nil { headers.append(HTTPField(name: .vary, value: "Origin")) }
        guard let allowed = allowed(request) else { return }
        headers.append(HTTPField(name: .accessControlAllowOrigin, value: allowed))
        headers.append(HTTPField(name: .accessControlExposeHeaders, value: CORSPolicy.answerHeaders))
    }

    /// The value of `Access-Control-Allow-Origin`.
    private func allowed(_ request: Request) -> String? {
        guard let origin = request.headers[.origin] else { return nil }
        guard let origins else { return "*" }
        return origins.contains(origin) ? origin : nil
    }
}
