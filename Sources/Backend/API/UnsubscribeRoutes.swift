import Digest
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Store
import TodoCore

/// `/unsubscribe`: the signed link of each digest (RFC 8058). GET shows a page and changes nothing, since mail filters follow
/// links; POST turns the digest off, for whoever has the link. PATCH `/me` turns it on again.
struct UnsubscribeRoutes: Sendable {
    /// A form of one field is far smaller.
    private static let bodySize = 16_384

    let users: UserStore
    let links: UnsubscribeLink

    func add(to router: some RouterMethods<BasicContext>) {
        router.path("unsubscribe", [.get: show, .post: stop])
    }

    @Sendable func show(_ request: Request, _ context: BasicContext) async throws -> Response {
        guard let user = user(of: request) else { return UnsubscribePage.response(UnsubscribePage.badLink, status: .forbidden) }
        guard try await users.user(user) != nil else {
            return UnsubscribePage.response(UnsubscribePage.noAccount, status: .notFound)
        }
        return UnsubscribePage.response(UnsubscribePage.question)
    }

    @Sendable func stop(_ request: Request, _ context: BasicContext) async throws -> Response {
        guard let user = user(of: request) else { return UnsubscribePage.response(UnsubscribePage.badLink, status: .forbidden) }
        let body = try await request.body.collect(upTo: Self.bodySize)
        guard OneClickForm.isGood(Array(body.readableBytesView), contentType: request.headers[.contentType]) else {
            throw APIError.invalid(field: "List-Unsubscribe", "must be One-Click, in a form", type: "missing")
        }
        do {
            _ = try await users.update(user, digestEnabled: false)
        } catch StoreError.noSuchUser {
            return UnsubscribePage.response(UnsubscribePage.noAccount, status: .notFound)
        }
        context.logger.info("digest turned off by a mail's link", metadata: ["user_id": "\(user.lowercase)"])
        return UnsubscribePage.response(UnsubscribePage.stopped)
    }

    /// Whoever the link was made for; parameters that trackers add to it don't matter.
    private func user(of request: Request) -> UUID? {
        request.uri.queryParameters["token"].flatMap { links.user(of: String($0)) }
    }
}

/// The body that RFC 8058 prescribes: `List-Unsubscribe=One-Click` as a form, in either of its two encodings.
enum OneClickForm {
    static func isGood(_ body: [UInt8], contentType: String?) -> Bool {
        let text = String(decoding: body, as: UTF8.self)
        guard let contentType, let boundary = boundary(of: contentType) else {
            return text.split(separator: "&").contains { $0.filter { !$0.isWhitespace } == "List-Unsubscribe=One-Click" }
        }
        // What stands before the first boundary is no part.
        return text.split(separator: "--\(boundary)", omittingEmptySubsequences: false).dropFirst().contains { part in
            guard let end = part.firstRange(of: "\r\n\r\n") else { return false }
            let head = part[..<end.lowerBound].lowercased()
            return head.contains("name=\"list-unsubscribe\"") && part[end.upperBound...].hasPrefix("One-Click\r\n")
        }
    }

    /// Of `multipart/form-data; boundary=…`; nil for any other type.
    private static func boundary(of contentType: String) -> String? {
        guard contentType.lowercased().hasPrefix("multipart/form-data"), let start = contentType.firstRange(of: "boundary=")
        else { return nil }
        let value = contentType[start.upperBound...]
        let boundary = value.first == "\"" ? value.dropFirst().prefix { $0 != "\"" } : value.prefix { $0 != ";" && $0 != " " }
        return boundary.isEmpty ? nil : String(boundary)
    }
}
