import Csodium
import NIOPosix
import Synchronization
import TodoCore

/// Hashes and checks passwords: Argon2id by libsodium, with OWASP's parameters (19 MiB, 2 passes).
///
/// Each takes some 20 ms and 19 MiB, so they run on a few threads of their own behind a bounded queue: a storm of
/// logins can neither take the memory nor hold up other requests.
final class Passwords: Sendable {
    private static let passes: UInt64 = 2
    private static let memory = 19 << 20
    private static let threads = 2
    private static let queueLength = 256

    private let pool: NIOThreadPool
    private let waiting = Atomic<Int>(0)
    /// A hash that no password has, to spend the same time where there is no account.
    private let decoy: String

    struct Unusable: Error, CustomStringConvertible {
        let description: String
    }

    init() async throws {
        guard sodium_init() >= 0 else { throw Unusable(description: "libsodium can't be used on this machine") }
        pool = NIOThreadPool(numberOfThreads: Passwords.threads)
        pool.start()
        var generator = SystemRandomNumberGenerator()
        decoy = try Passwords.hash(String(generator.next(), radix: 36))
    }

    deinit { pool.shutdownGracefully { _ in } }

    /// The hash to keep, with its parameters and salt in it.
    ///
    /// - Throws: `APIError` 503 when too many are waiting.
    func hash(_ password: String) async throws -> String {
        try await queued { try Passwords.hash(password) }
    }

    /// Whether the hash was made from this password; a nil hash never was, and takes the same time.
    ///
    /// - Throws: `APIError` 503 when too many are waiting.
    func verify(_ password: String, against hash: String?) async throws -> Bool {
        let known = hash != nil
        let hash = hash ?? decoy
        return try await queued {
            let bytes = password.utf8.map { CChar(bitPattern: $0) }
            return crypto_pwhash_str_verify(hash, bytes, UInt64(bytes.count)) == 0 && known
        }
    }

    private func queued<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        let ahead = waiting.add(1, ordering: .relaxed).oldValue
        defer { waiting.subtract(1, ordering: .relaxed) }
        guard ahead < Passwords.queueLength else {
            throw APIError.unavailable("Too many logins at once. Try again in a moment.")
        }
        return try await pool.runIfActive(work)
    }

    private static func hash(_ password: String) throws -> String {
        let bytes = password.utf8.map { CChar(bitPattern: $0) }
        var output = [CChar](repeating: 0, count: Int(crypto_pwhash_STRBYTES))
        let code = crypto_pwhash_str_alg(
            &output, bytes, UInt64(bytes.count), passes, memory, crypto_pwhash_ALG_ARGON2ID13)
        guard code == 0 else { throw Unusable(description: "no memory to hash a password") }
        return String(decoding: output.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
