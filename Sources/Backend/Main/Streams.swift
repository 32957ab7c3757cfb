import Glibc

/// A text stream to a file descriptor, written through at once.
struct FileHandleStream: TextOutputStream {
    let descriptor: Int32

    static var standardOutput: FileHandleStream { FileHandleStream(descriptor: STDOUT_FILENO) }
    static var standardError: FileHandleStream { FileHandleStream(descriptor: STDERR_FILENO) }

    func write(_ string: String) { write(Array(string.utf8)) }

    func write(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
