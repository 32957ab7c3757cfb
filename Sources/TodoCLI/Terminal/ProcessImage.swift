import Glibc

/// Goes on as another program.
enum ProcessImage {
    /// Starts the program in the place of this one: the one beside it, else the first in `path`.
    /// - Returns: Why there is none to start. Where it starts, nothing comes back.
    static func replace(with name: String, _ arguments: [String], path: String) -> String {
        let folders = [folderOfThis()].compactMap { $0 } + path.split(separator: ":").map(String.init)
        guard let file = folders.map({ "\($0)/\(name)" }).first(where: { access($0, X_OK) == 0 && !isFolder($0) }) else {
            return "there is none"
        }
        // It knows nothing of this one's wish to be told of a closed pipe by write(2).
        signal(SIGPIPE, SIG_DFL)
        let words = ([name] + arguments).map { strdup($0) } + [nil]
        execv(file, words)
        let reason = String(cString: strerror(errno))
        for word in words { free(word) }
        return "\(file): \(reason)"
    }

    private static func folderOfThis() -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        guard count > 0 else { return nil }
        let path = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return path.lastIndex(of: "/").map { String(path[..<$0]) }
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
