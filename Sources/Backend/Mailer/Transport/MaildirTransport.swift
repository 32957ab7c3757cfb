public import FoundationEssentials
import Glibc

/// Mail into a Maildir, a folder that mail programs read (D. J. Bernstein, "Using maildir format").
///
/// A message's file is named by its id, so that the same message is there once however often it is sent, as long as the
/// reader has not deleted it. It is on disk, with its folder entry, when `send` returns.
public actor MaildirTransport: MailTransport {
    private let folder: String
    private let process = ProcessInfo.processInfo.processIdentifier

    /// `folder` is made at the first message, with `tmp`, `new` and `cur`, all for the owner alone.
    public init(folder: String) {
        self.folder = folder
    }

    public nonisolated func send(
        from: String, to: String, message: [UInt8], id: UUID, taken: () async throws(MailError) -> Void
    ) async throws(MailError) {
        try await deliver(message, id)
        try await taken()
    }

    private func deliver(_ message: [UInt8], _ id: UUID) throws(MailError) {
        let name = "\(id.uuidString.lowercased()).todo"
        do throws(FileError) {
            for part in ["", "/tmp", "/new", "/cur"] { try makeFolder(folder + part) }
            if try isDelivered(name) {
                // Whoever delivered it may have died before the folder was on disk.
                try sync("\(folder)/new")
                return
            }
            // Unlike the final name, this one is unique: two mailers must not write into one file.
            let temporary = "\(folder)/tmp/\(name).\(process).\(UInt32.random(in: 0 ... .max))"
            do throws(FileError) {
                try write(message, to: temporary)
                try check(rename(temporary, "\(folder)/new/\(name)"), "move a mail into", "\(folder)/new")
            } catch {
                unlink(temporary)
                throw error
            }
            try sync("\(folder)/new")
        } catch {
            throw .transient(error.reason)
        }
    }

    /// The whole file on disk, for its owner alone.
    private func write(_ bytes: [UInt8], to path: String) throws(FileError) {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        try check(file, "create", path)
        defer { Glibc.close(file) }
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            try check(Int32(clamping: count), "write", path)
            written += count
        }
        try check(fsync(file), "write", path)
    }

    /// Whether the message is there, read or not: a reader moves it to `cur` and adds flags after a colon.
    private func isDelivered(_ name: String) throws(FileError) -> Bool {
        if access("\(folder)/new/\(name)", F_OK) == 0 { return true }
        guard let entries = opendir("\(folder)/cur") else { throw FileError("read", "\(folder)/cur") }
        defer { closedir(entries) }
        while let entry = readdir(entries) {
            let found = withUnsafeBytes(of: &entry.pointee.d_name) { $0.starts(with: name.utf8) }
            if found { return true }
        }
        return false
    }

    private func makeFolder(_ path: String) throws(FileError) {
        if mkdir(path, 0o700) == 0 {
            try sync(path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? ".")
        } else if errno != EEXIST {
            throw FileError("create the folder", path)
        }
    }

    /// The folder's entries on disk.
    private func sync(_ path: String) throws(FileError) {
        let handle = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        try check(handle, "open the folder", path)
        defer { Glibc.close(handle) }
        try check(fsync(handle), "write the folder", path)
    }

    private func check(_ result: Int32, _ action: String, _ path: String) throws(FileError) {
        if result < 0 { throw FileError(action, path) }
    }
}

/// A system call that failed just now.
private struct FileError: Error {
    let reason: String

    init(_ action: String, _ path: String) {
        reason = "can't \(action) \(path): \(String(cString: strerror(errno)))"
    }
}
