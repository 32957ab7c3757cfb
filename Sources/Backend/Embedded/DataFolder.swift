import FoundationEssentials
import Glibc

/// The folder that holds all the data of one `todo-backend dev`, and the proof that no other process works in it.
///
/// The lock lasts as long as the object, at most as long as the process: the kernel drops it after a `kill -9` too.
///
///     lock, dev.json            who works here, and at which addresses
///     postgres/, postgres.log   the private cluster and what its server says
///     mail/                     the Maildir
///     secrets/                  one file a secret, mode 0600
public final class DataFolder: Sendable {
    /// Absolute.
    public let path: String
    private let lock: Descriptor

    /// Creates the folder where it is missing, and locks it. Blocks for a second where another process has it.
    public static func open(_ path: String) throws(EmbeddedError) -> DataFolder {
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        try Files.makeFolder(path)
        guard let resolved = realpath(path, nil) else { throw Files.unusable(path) }
        defer { free(resolved) }
        path = String(cString: resolved)
        let file = path + "/lock"
        let lock = try FileLock(file)
        // A process that was killed a moment ago may still have it.
        guard try lock.take(within: .seconds(1)) else {
            let process = Files.read(file).flatMap { Int32($0.filter(\.isNumber)) }
            throw EmbeddedError(
                .folderInUse(process: process),
                "another todo-backend dev\(process.map { " (process \($0))" } ?? "") works in the data folder \(path). "
                    + "Stop it, or give this one a folder of its own with --data DIR")
        }
        guard ftruncate(lock.descriptor.number, 0) == 0, lock.descriptor.write("\(getpid())\n".utf8) else {
            throw Files.unusable(file)
        }
        return DataFolder(path: path, lock: lock.descriptor)
    }

    private init(path: String, lock: Descriptor) {
        self.path = path
        self.lock = lock
    }

    /// The Maildir, for a `maildir:` address. Whoever delivers into it creates it.
    public var mailPath: String { path + "/mail" }

    /// The path of `dev.json`.
    public var devFilePath: String { path + "/dev.json" }

    /// 32 random bytes in hex (64 characters): made at the first call, the same ever after.
    ///
    /// - Parameter name: a file name, such as `jwt`.
    public func secret(_ name: String) throws(EmbeddedError) -> String {
        if let secret = try storedSecret(name) { return secret }
        let secret = DataFolder.newSecret()
        try store(secret, as: name)
        return secret
    }

    /// Writes `dev.json` (mode 0600) in one step: from now on programs may find the addresses.
    public func publish(_ file: DevFile) throws(EmbeddedError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(file) else {
            throw EmbeddedError(.folderUnusable, "can't write \(devFilePath): an address has no JSON form")
        }
        try Files.write(String(decoding: data, as: UTF8.self) + "\n", to: devFilePath)
    }

    /// Removes `dev.json`: nothing answers at these addresses (any more). Call it at start too, for the one of a killed run.
    public func withdraw() { unlink(devFilePath) }

    static func newSecret() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<4).map { _ in
            let digits = String(generator.next(), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    /// The secret of an earlier run; nil where there is none.
    func storedSecret(_ name: String) throws(EmbeddedError) -> String? {
        let file = path + "/secrets/" + name
        guard let text = Files.read(file) else {
            guard errno == ENOENT else {
                throw EmbeddedError(
                    .folderUnusable,
                    "can't read \(file): \(errorText()). Run todo-backend dev as the user who made the data folder")
            }
            return nil
        }
        let secret = text.filter { !$0.isWhitespace }
        return secret.count < 32 ? nil : secret
    }

    func store(_ secret: String, as name: String) throws(EmbeddedError) {
        try Files.makeFolder(path + "/secrets")
        try Files.write(secret + "\n", to: path + "/secrets/" + name)
    }
}

/// What `dev.json` tells programs: the addresses at which everything answers.
public struct DevFile: Codable, Sendable, Hashable {
    /// The page and the API, such as `http://127.0.0.1:8080`.
    public var url: String
    /// The Kafka bootstrap addresses, comma-separated.
    public var kafka: String
    /// The connection string, with the password in it.
    public var databaseURL: String
    /// The Maildir's absolute path; nil where the mail goes to an SMTP server.
    public var maildir: String?
    /// The process of `todo-backend dev`.
    public var pid: Int32

    public init(url: String, kafka: String, databaseURL: String, maildir: String?) {
        self.url = url
        self.kafka = kafka
        self.databaseURL = databaseURL
        self.maildir = maildir
        pid = getpid()
    }

    enum CodingKeys: String, CodingKey {
        case url, kafka
        case databaseURL = "database_url"
        case maildir, pid
    }
}
