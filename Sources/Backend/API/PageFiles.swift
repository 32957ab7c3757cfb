import FoundationEssentials
import NIOCore
import Synchronization

/// The files of the web page, kept in memory and read again when they change.
final class PageFiles: Sendable {
    struct File: Sendable {
        var content: ByteBuffer
        /// Strong, and made from the content.
        var eTag: String
        var mediaType: String
        /// Nil: as it is.
        var coding: ContentCoding?
    }

    private struct Entry {
        var file: File
        var state: FileState
    }

    /// What is another when the file is.
    private struct FileState: Equatable {
        var number: UInt64
        var size: Int
        var modified: Date
    }

    /// What the page is made of is far below it.
    private static let maxSize = 8 << 20

    private let folder: String
    private let entries = Mutex<[String: Entry]>([:])

    init(folder: String) { self.folder = folder }

    /// The file at the path of a request; nil when there is none. Where `app.js.br` or `app.js.gz` stands beside `app.js`
    /// and is no older, it is sent to who takes it.
    ///
    /// It is looked at on the caller's thread: that takes some microseconds, about as long as the way to another and back.
    func file(at path: String, accepting codings: [ContentCoding]) -> File? {
        guard let name = PageFiles.name(path), let plain = find(name) else { return nil }
        for coding in codings {
            // A file that was changed since, while nobody renewed what was made from it.
            guard let coded = find(name + coding.suffix), coded.state.modified >= plain.state.modified else { continue }
            guard var file = read(coded, as: name + coding.suffix) else { continue }
            file.mediaType = PageFiles.mediaType(of: name)
            file.coding = coding
            return file
        }
        return read(plain, as: name)
    }

    private func find(_ name: String) -> (place: String, state: FileState)? {
        // Deployments flip links from one version to the next.
        let place = URL(filePath: "\(folder)/\(name)").resolvingSymlinksInPath().path
        return PageFiles.state(place).map { (place, $0) }
    }

    /// From memory, where it is still the same.
    private func read(_ found: (place: String, state: FileState), as name: String) -> File? {
        if let entry = entries.withLock({ $0[name] }), entry.state == found.state { return entry.file }
        guard let bytes = try? Data(contentsOf: URL(filePath: found.place)) else { return nil }
        let file = File(
            content: ByteBuffer(bytes: bytes), eTag: EntityTag.of(bytes), mediaType: PageFiles.mediaType(of: name))
        entries.withLock { $0[name] = Entry(file: file, state: found.state) }
        return file
    }

    /// Nil for what is no file, or too large.
    private static func state(_ place: String) -> FileState? {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: place),
            attributes[.type] as? FileAttributeType == .typeRegular,
            let size = (attributes[.size] as? UInt64).map({ Int(clamping: $0) }), size <= maxSize,
            let number = attributes[.systemFileNumber] as? UInt64, let modified = attributes[.modificationDate] as? Date
        else { return nil }
        return FileState(number: number, size: size, modified: modified)
    }

    /// Plain names in plain folders: nothing hidden, nothing above, nothing encoded.
    private static func name(_ path: String) -> String? {
        if path == "/" { return "index.html" }
        let name = path.dropFirst()
        let isPlain = name.utf8.allSatisfy {
            (0x61...0x7A).contains($0 | 0x20) || (0x2D...0x39).contains($0) || $0 == UInt8(ascii: "_")
        }
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard isPlain, parts.allSatisfy({ !$0.isEmpty && $0.first != "." }) else { return nil }
        return String(name)
    }

    private static let mediaTypes = [
        "html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8",
        "mjs": "text/javascript; charset=utf-8", "svg": "image/svg+xml", "webmanifest": "application/manifest+json",
        "json": "application/json", "png": "image/png", "ico": "image/x-icon", "txt": "text/plain; charset=utf-8",
        "woff2": "font/woff2",
    ]

    private static func mediaType(of name: String) -> String {
        name.lastIndex(of: ".").flatMap { mediaTypes[String(name[name.index(after: $0)...])] } ?? "application/octet-stream"
    }
}
