import FoundationEssentials
import Glibc

/// Small files and folders, with errors that name the path.
enum Files {
    /// The whole file as text; nil where there is none or it can't be read.
    static func read(_ path: String) -> String? {
        guard let file = Descriptor.open(path, O_RDONLY) else { return nil }
        var bytes: [UInt8] = []
        while let part = file.read(), !part.isEmpty { bytes += part }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Writes the file, mode 0600, so that a reader or a crash sees the old content or the new, never a part.
    static func write(_ text: String, to path: String) throws(EmbeddedError) {
        let new = path + ".new"
        unlink(new)
        guard let file = Descriptor.open(new, O_WRONLY | O_CREAT | O_EXCL), file.write(text.utf8), fsync(file.number) == 0,
            rename(new, path) == 0
        else { throw unusable(path) }
        sync(folder: parent(of: path))
    }

    /// Makes a rename or a new name in the folder durable.
    static func sync(folder: String) {
        if let folder = Descriptor.open(folder, O_RDONLY | O_DIRECTORY) { fsync(folder.number) }
    }

    /// Creates the folder, and the ones above it where they are missing.
    static func makeFolder(_ path: String, mode: mode_t = 0o700) throws(EmbeddedError) {
        if mkdir(path, mode) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, path != "/", !path.isEmpty else { throw unusable(path) }
        try makeFolder(parent(of: path), mode: 0o755)
        guard mkdir(path, mode) == 0 || errno == EEXIST else { throw unusable(path) }
    }

    /// Removes the file or the folder with all that is in it; nothing happens where there is none.
    static func remove(_ path: String) throws(EmbeddedError) {
        guard access(path, F_OK) == 0 else { return }
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            throw EmbeddedError(.folderUnusable, "can't remove \(path): \(errorText())")
        }
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// The names in the folder; none where it can't be read.
    static func names(in folder: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    }

    static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Call it right after the call that failed: it reads `errno`.
    static func unusable(_ path: String) -> EmbeddedError {
        EmbeddedError(
            .folderUnusable,
            "can't write \(path): \(errorText()). Give a data folder that you may write with --data DIR")
    }
}
