import Csodium
import Glibc
import NIOCore
import NIOPosix
import Synchronization
import TodoCore

/// Hashes and checks passwords: Argon2id by libsodium, with OWASP's parameters (19 MiB, 2 passes).
///
/// Each takes some 20 ms and 19 MiB, so they run on a few threads of their own behind a bounded queue, and these give way to
/// every other thread: a storm of logins can neither take the memory nor hold up other requests.
package final class Passwords: Sendable {
    private static let passes: UInt64 = 2
    private static let memory = 19 << 20
    /// Half of the cores, for a hash fills the caches that other threads share; at most four, or 76 MiB.
    private static let threads = max(1, min(4, System.coreCount / 2))
    private static let queueLength = 256

    private let pool: NIOThreadPool
    private let waiting = Atomic<Int>(0)
    private let done = Atomic<Int>(0)
    /// A hash that no password has, to spend the same time where there is no account.
    private let decoy: String

    struct Unusable: Error, CustomStringConvertible {
        let description: String
    }

    /// - Throws: when libsodium can't be used.
    package init() async throws {
        guard sodium_init() >= 0 else { throw Unusable(description: "libsodium can't be used on this machine") }
        pool = NIOThreadPool(numberOfThreads: Passwords.threads)
        pool.start()
        var generator = SystemRandomNumberGenerator()
        decoy = try Passwords.hash(String(generator.next(), radix: 36))
    }

    deinit { pool.shutdownGracefully { _ in } }

    /// How many passwords were hashed, be it to keep the hash or to compare it.
    package var count: Int { done.load(ordering: .relaxed) }

    /// The hash to keep, with its parameters and salt in it.
    ///
    /// - Throws: `APIError` 503 when too many are waiting.
    package func hash(_ password: String) async throws -> String {
        try await queued { try Passwords.hash(password) }
    }

    /// Whether the hash was made from this password; a nil hash never was, and takes the same time.
    ///
    /// - Throws: `APIError` 503 when too many are waiting.
    package func verify(_ password: String, against hash: String?) async throws -> Bool {
        let known = hash != nil
        let hash = hash ?? decoy
        return try await queued {
            let bytes = password.utf8.map { CChar(bitPattern: $0) }
            return crypto_pwhash_str_verify(hash, bytes, UInt64(bytes.count)) == 0 && known
        }
    }

    /// Whether the hash was made with other parameters than new ones are.
    package static func isOutdated(_ hash: String) -> Bool {
        crypto_pwhash_str_needs_rehash(hash, passes, memory) != 0
    }

    private func queued<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        let ahead = waiting.add(1, ordering: .relaxed).oldValue
        defer { waiting.subtract(1, ordering: .relaxed) }
        guard ahead < Passwords.queueLength else {
            throw APIError.unavailable("Too many logins at once. Try again in a moment.")
        }
        return try await pool.runIfActive {
            Passwords.giveWay()
            defer { self.done.add(1, ordering: .relaxed) }
            return try work()
        }
    }

    /// Lowers the priority of this thread; Linux has one for each, whatever POSIX says. A thread may always do that, and
    /// doing it again costs nothing beside a hash.
    private static func giveWay() {
        setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
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
