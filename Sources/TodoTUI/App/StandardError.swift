internal import Glibc

/// Where complaints go while there is no screen.
enum StandardError {
    /// Writes a line, without the C library's `stderr`, a global variable that Swift can't check.
    static func say(_ line: String) {
        let bytes = Array("\(line)\n".utf8)
        _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
