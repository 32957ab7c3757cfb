package import FoundationEssentials
import Synchronization

/// Tokens that were verified, so that each is verified once and not at every request.
package final class TokenCache: Sendable {
    /// What a good token says.
    package struct Grant: Sendable {
        package var user: UUID
        package var expiry: Date
    }

    private let entries: Mutex<Generations<String, Grant>>

    /// - Parameter capacity: how many tokens are kept at least; twice as many at most. 16,384 of them take some 10 MB.
    package init(capacity: Int = 16_384) { entries = Mutex(Generations(capacity: capacity)) }

    /// How many tokens are kept.
    package var count: Int { entries.withLock { $0.count } }

    /// The user of a token that was kept; nil for any other, and once it is expired.
    package func user(of token: String, at now: Date) -> UUID? { grant(of: token, at: now)?.user }

    package func grant(of token: String, at now: Date) -> Grant? {
        entries.withLock { entries in
            guard let grant = entries.use(token) else { return nil }
            if now < grant.expiry { return grant }
            entries.forget(token)
            return nil
        }
    }

    /// - Parameter token: fully verified.
    package func keep(_ token: String, user: UUID, until expiry: Date) {
        entries.withLock { $0.keep(Grant(user: user, expiry: expiry), for: token) }
    }
}
