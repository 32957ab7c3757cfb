import Glibc

/// The files of an import and an export.
enum ExchangeFiles {
    /// More than any list of tasks has: whatever is longer was named by mistake.
    private static let limit = 256 << 20

    /// All of a file, or of standard input for `-`.
    static func read(_ path: String) throws(ExchangeError) -> [UInt8] {
        let isInput = path == "-"
        let file = isInput ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw failure("read", path) }
        defer { if !isInput { close(file) } }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(file, &buffer, buffer.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw failure("read", path)
            }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
            if bytes.count > limit { throw ExchangeError("\(name(path)) is longer than \(limit >> 20) MiB.") }
        }
    }

    /// Writes a file that only its owner can read; it appears whole or not at all. What is no file (a pipe, a device) is
    /// written to.
    static func write(_ bytes: [UInt8], to path: String) throws(ExchangeError) {
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
            let file = open(path, O_WRONLY | O_CLOEXEC)
            guard file >= 0 else { throw failure("write", path) }
            defer { close(file) }
            return try write(bytes, to: file, path)
        }
        // Beside the file, for a rename doesn't reach another disk. Through a link, what it leads to is replaced.
        let target = resolved(path)
        var template = Array("\(target).XXXXXX".utf8CString)
        let file = mkstemp(&template)
        guard file >= 0 else { throw failure("write", path) }
        defer { close(file) }
        do throws(ExchangeError) {
            try write(bytes, to: file, path)
            guard fsync(file) == 0, rename(template, target) == 0 else { throw failure("write", path) }
        } catch {
            unlink(template)
            throw error
        }
    }

    private static func resolved(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private static func write(_ bytes: [UInt8], to file: Int32, _ path: String) throws(ExchangeError) {
        let code = writeAll(bytes, to: file)
        if code != 0 { throw ExchangeError("Can't write \(path): \(String(cString: strerror(code))).") }
    }

    private static func failure(_ action: String, _ path: String) -> ExchangeError {
        ExchangeError("Can't \(action) \(name(path)): \(String(cString: strerror(errno))).")
    }

    private static func name(_ path: String) -> String { path == "-" ? "standard input" : path }
}
