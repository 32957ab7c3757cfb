import Glibc

/// A file that could not be read or written.
public struct FileError: Error, Sendable, Hashable {
    public let path: String
    /// `read`, `write` or `remove`.
    public let action: String
    /// The system's words: `Permission denied`.
    public let reason: String

    /// One line for people.
    public var message: String { "Can't \(action) \(path): \(reason)." }

    init(_ action: String, _ path: String, errno code: Int32 = errno) {
        self.action = action
        self.path = path
        reason = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            guard let start = buffer.baseAddress, strerror_r(code, start, buffer.count) == 0 else { return "error \(code)" }
            return String(cString: start)
        }
    }
}

/// Small files of the user's own, which others must not read.
enum PrivateFile {
    /// The whole file; nil where there is none.
    static func read(_ path: String) throws(FileError) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw FileError("read", path)
        }
        defer { close(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = Glibc.read(file, &buffer, buffer.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw FileError("read", path)
            }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
    }

    /// Puts a new file (mode 0600) in the place of the old one in one step: a reader sees the one or the other, whole.
    static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
        let temporary = "\(path).\(getpid())-\(UInt32.random(in: 0 ... .max))"
        let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw FileError("write", path) }
        var offset = 0
        var code: Int32 = 0
        while offset < bytes.count, code == 0 {
            let count = bytes[offset...].withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count >= 0 { offset += count } else if errno != EINTR { code = errno }
        }
        // On disk before the name: a crash must not leave an empty file under it.
        if code == 0, fsync(file) != 0 { code = errno }
        close(file)
        if code == 0, rename(temporary, path) != 0 { code = errno }
        if code != 0 {
            unlink(temporary)
            throw FileError("write", path, errno: code)
        }
    }

    /// - Returns: Whether there was one.
    static func remove(_ path: String) throws(FileError) -> Bool {
        if unlink(path) == 0 { return true }
        if errno == ENOENT || errno == ENOTDIR { return false }
        throw FileError("remove", path)
    }

    /// Makes the folder and those above it, mode 0700 each; an existing one is left as it is.
    static func makeFolder(_ path: String) throws(FileError) {
        if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
            throw FileError("write", path)
        }
        try makeFolder(String(path[..<slash]))
        if mkdir(path, 0o700) != 0, errno != EEXIST { throw FileError("write", path) }
    }
}
