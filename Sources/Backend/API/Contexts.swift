import FoundationEssentials
import HTTPTypes
package import Hummingbird
import Logging
import NIOCore
import TodoCore

/// A request that nobody has to have signed in for.
package struct BasicContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// The id of this request in logs, events and error bodies.
    var requestID = ""
    /// Whom the token names, once it is checked.
    var grant: TokenCache.Grant?
    /// The connection: a stream ends with it.
    let channel: any Channel
    /// The same for every copy of this context.
    let record = RequestRecord()
    /// The other end of the connection: the client, or a proxy before it. Nil without a network.
    private let peer: SocketAddress?

    package init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
        peer = source.channel.remoteAddress
    }

    /// The client's address, by the word of proxies that are trusted.
    func clientAddress(of request: Request, trusting proxies: TrustedProxies) -> ClientAddress {
        let peer = peer?.ipAddress.flatMap { ClientAddress($0) } ?? .unknown
        return proxies.client(peer: peer, forwarded: request.headers[values: .forwardedFor])
    }
}

extension HTTPField.Name {
    static let forwardedFor = HTTPField.Name("X-Forwarded-For")!
}

/// A request of a user who has signed in.
struct UserContext: ChildRequestContext {
    var coreContext: CoreRequestContextStorage
    let requestID: String
    let user: UUID
    let tokenExpiry: Date
    /// The connection: a stream ends with it.
    let channel: any Channel

    init(context: BasicContext) throws {
        guard let grant = context.grant else { throw APIError.unauthorized("This needs a token.") }
        coreContext = context.coreContext
        requestID = context.requestID
        user = grant.user
        tokenExpiry = grant.expiry
        channel = context.channel
    }
}

extension UserContext {
    /// What stands in the path for a parameter, its percent escapes undone.
    func pathValue(_ name: String) throws -> String {
        let text = try parameters.require(name)
        return text.removingPercentEscapes ?? text
    }
}
