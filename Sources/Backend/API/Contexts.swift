import FoundationEssentials
import Hummingbird
import Logging
import NIOCore
import TodoCore

/// A request that nobody has to have signed in for.
struct BasicContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The id of this request in logs, events and error bodies.
    var requestID = ""
    /// Whom the token names, once it is checked.
    var user: UUID?

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
    }
}

/// A request of a user who has signed in.
struct UserContext: ChildRequestContext {
    var coreContext: CoreRequestContextStorage
    let requestID: String
    let user: UUID

    init(context: BasicContext) throws {
        guard let user = context.user else { throw APIError.unauthorized("This needs a token.") }
        coreContext = context.coreContext
        requestID = context.requestID
        self.user = user
    }
}
