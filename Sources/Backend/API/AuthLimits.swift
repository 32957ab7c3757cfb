import FoundationEssentials
import HTTPTypes
import Hummingbird
import TodoCore

/// What limits the requests that take a password. One for the whole API: `/auth/login` and `/api/v1/auth/login` are one door.
package struct AuthLimits: Sendable {
    private let login: Attempts
    private let registration: Attempts
    private let proxies: TrustedProxies

    package init(_ settings: APISettings) {
        login = Attempts(settings.loginLimit)
        registration = Attempts(settings.registrationLimit)
        proxies = settings.trustedProxies
    }

    /// Runs a login, which gives nil where the password is wrong.
    ///
    /// - Throws: `APIError` 429; what `body` throws.
    func login<R>(_ request: Request, _ context: BasicContext, email: String, _ body: () async throws -> R?) async throws -> R? {
        let address = context.clientAddress(of: request, trusting: proxies)
        let attempt = try begin(login, from: address, account: email)
        let result = try await body()
        if result != nil { login.succeeded(attempt, from: address) }
        return result
    }

    /// - Throws: `APIError` 429.
    func register(_ request: Request, _ context: BasicContext, email: String) throws {
        _ = try begin(registration, from: context.clientAddress(of: request, trusting: proxies), account: email)
    }

    /// Runs the check of the password of a user who has signed in: a stolen token must not be a way to guess it.
    ///
    /// - Throws: `APIError` 429; what `body` throws.
    func check(user: UUID, _ body: () async throws -> Bool) async throws -> Bool {
        let attempt = try begin(login, from: nil, account: user.lowercase)
        let isRight = try await body()
        if isRight { login.succeeded(attempt, from: nil) }
        return isRight
    }

    private func begin(_ attempts: Attempts, from address: ClientAddress?, account: String) throws -> Attempts.Account {
        do throws(TooManyAttempts) {
            return try attempts.begin(from: address, account: account)
        } catch {
            let unit = error.seconds == 1 ? "second" : "seconds"
            throw APIError(
                .tooManyRequests, "Too many attempts. Try again in \(error.seconds) \(unit).",
                headers: [.retryAfter: "\(error.seconds)"])
        }
    }
}
