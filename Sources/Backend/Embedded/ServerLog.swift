import Glibc

/// The server's log: a file that doesn't grow for ever, and the last lines in memory.
struct ServerLog {
    private let path: String
    private let limit: Int
    private var file: Descriptor?
    private var size = 0
    private var partial: [UInt8] = []
    private(set) var lastLines: [String] = []

    /// - Parameter limit: bytes; a longer file becomes `path.1` and a new one begins.
    init(path: String, limit: Int = 4 << 20) {
        self.path = path
        self.limit = limit
        open()
    }

    /// Takes what the server wrote and gives the lines that are whole with it.
    mutating func append(_ bytes: [UInt8]) -> [String] {
        // A full disk must not stop the server: what can't be written is lost.
        file?.write(bytes)
        size += bytes.count
        if size > limit {
            rename(path, path + ".1")
            open()
        }
        partial += bytes
        guard let end = partial.lastIndex(of: 0x0A) else { return [] }
        let lines = partial[..<end].split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
        partial.removeSubrange(...end)
        lastLines = Array((lastLines + lines).suffix(20))
        return lines
    }

    private mutating func open() {
        file = Descriptor.open(path, O_WRONLY | O_CREAT | O_APPEND)
        size = file.map { Int(lseek($0.number, 0, SEEK_END)) } ?? 0
    }
}
