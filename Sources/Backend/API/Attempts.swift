import Synchronization

/// Why a password is not even looked at.
package struct TooManyAttempts: Error, Equatable {
    /// How long until the next attempt is.
    package let wait: Duration

    package init(wait: Duration) { self.wait = wait }

    /// Whole seconds, rounded up, at least 1: for `Retry-After`.
    package var seconds: Int64 {
        let (seconds, attoseconds) = wait.components
        return max(1, attoseconds > 0 ? seconds + 1 : seconds)
    }
}

/// Limits how often passwords are tried: by each address, and for each account over all addresses.
///
/// A stranger who guesses at an account must not keep its owner out. So only guesses that fail use the account's limit up,
/// it comes back within seconds, and an address that has been let into the account before has a limit of its own there.
package final class Attempts: Sendable {
    /// Guesses at one account, from everywhere together.
    package static let accountLimit = RateLimit(count: 10, period: .seconds(60))

    /// One account as one address, or all unknown addresses together, try it.
    package struct Account: Hashable, Sendable {
        /// A hash seeded by the process: nobody can find two emails with the same, and long ones take no memory.
        fileprivate let name: Int
        fileprivate let address: ClientAddress?
    }

    private let addresses: RateLimiter<ClientAddress>
    private let accounts: RateLimiter<Account>
    private let letIn = Mutex(Generations<Account, Void>(capacity: 16_384))

    /// - Parameters:
    ///   - limit: of one address. `.off` turns the limit of accounts off too.
    ///   - now: a monotonic clock.
    package init(_ limit: RateLimit, now: @escaping @Sendable () -> Duration = Monotonic.now) {
        addresses = RateLimiter(limit, now: now)
        accounts = RateLimiter(limit.isOff ? .off : Attempts.accountLimit, now: now)
    }

    /// Call it before the password is looked at. Whom the address's limit refuses doesn't touch the account's.
    ///
    /// - Parameters:
    ///   - address: the client's; nil where the account alone counts.
    ///   - name: the account's email, or whatever else names it, compared without case.
    /// - Returns: what ``succeeded(_:)`` takes.
    package func begin(from address: ClientAddress?, account name: String) throws(TooManyAttempts) -> Account {
        let network = address?.network
        if let network, let wait = addresses.take(network) { throw TooManyAttempts(wait: wait) }
        let name = name.lowercased().hashValue
        var account = Account(name: name, address: network)
        if network == nil || letIn.withLock({ $0.use(account) }) == nil { account = Account(name: name, address: nil) }
        if let wait = accounts.take(account) { throw TooManyAttempts(wait: wait) }
        return account
    }

    /// Call it when the password was right.
    package func succeeded(_ account: Account, from address: ClientAddress?) {
        accounts.giveBack(account)
        guard let network = address?.network else { return }
        letIn.withLock { $0.keep((), for: Account(name: account.name, address: network)) }
    }
}
