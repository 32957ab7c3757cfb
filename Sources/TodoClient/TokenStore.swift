public import FoundationEssentials
import Glibc
import TodoCore

/// A login as it is kept between runs.
public struct StoredToken: Codable, Sendable, Hashable {
    public var accessToken: String
    public var email: String
    public var expiresAt: Date

    public init(accessToken: String, email: String, expiresAt: Date) {
        self.accessToken = accessToken
        self.email = email
        self.expiresAt = expiresAt
    }

    enum CodingKeys: String, CodingKey {
        case accessToken = "access_token"
        case email
        case expiresAt = "expires_at"
    }
}

/// Keeps logins in files that only their owner can read, one for each server: programs that log in at the same time
/// never write over each other's.
public struct TokenStore: Sendable {
    /// The program's state folder, `~/.local/state/todo`.
    public let folder: String

    public init(folder: String) { self.folder = folder }

    /// The login at this server; nil where there is none, or where the file is not one of ours.
    public func read(for server: ServerURL) throws(FileError) -> StoredToken? {
        try PrivateFile.read(file(for: server)).flatMap { try? Wire.decode(StoredToken.self, from: $0) }
    }

    /// Keeps the login in place of an earlier one, in a file of mode 0600 in a folder of mode 0700.
    public func save(_ token: StoredToken, for server: ServerURL) throws(FileError) {
        try PrivateFile.makeFolder(folder)
        chmod(folder, 0o700)
        guard let bytes = try? Wire.encode(token) else { throw FileError("write", folder, errno: EINVAL) }
        try PrivateFile.write(bytes + [0x0A], to: file(for: server))
    }

    /// - Returns: Whether there was one.
    public func remove(for server: ServerURL) throws(FileError) -> Bool {
        try PrivateFile.remove(file(for: server))
    }

    /// `token-` and the encoded URL, so that people can see which is which.
    public func file(for server: ServerURL) -> String { "\(folder)/token-\(percentEncoded(server.text)).json" }
}
