package import FoundationEssentials
import Synchronization

/// Tokens that were verified, so that each is verified once and not at every request.
package final class TokenCache: Sendable {
    private struct Entry {
        var user: UUID
        var expiry: Date
    }

    private let entries: Mutex<Generations<String, Entry>>

    /// - Parameter capacity: how many tokens are kept at least; twice as many at most. 16,384 of them take some 10 MB.
    package init(capacity: Int = 16_384) { entries = Mutex(Generations(capacity: capacity)) }

    /// How many tokens are kept.
    package var count: Int { entries.withLock { $0.count } }

    /// The user of a token that was kept; nil for any other, and once it is expired.
    package func user(of token: String, at now: Date) -> UUID? {
        entries.withLock { entries in
            guard let entry = entries.use(token) else { return nil }
            if now < entry.expiry { return entry.user }
            entries.forget(token)
            return nil
        }
    }

    /// - Parameter token: fully verified.
    package func keep(_ token: String, user: UUID, until expiry: Date) {
        entries.withLock { $0.keep(Entry(user: user, expiry: expiry), for: token) }
    }
}
