import FoundationEssentials
import Glibc
import Testing

/// A folder for one test, mode 0700 as a home folder may be; it goes with its content when the object does.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        var template = Array(FileManager.default.temporaryDirectory.appending(path: "todo-test-XXXXXX").path.utf8CString)
        path = String(cString: try #require(mkdtemp(&template)))
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The permission bits of a file in it.
    func mode(_ name: String) throws -> mode_t {
        var attributes = stat()
        try #require(stat("\(path)/\(name)", &attributes) == 0)
        return attributes.st_mode & 0o777
    }

    func text(_ name: String) throws -> String { try String(contentsOfFile: "\(path)/\(name)", encoding: .utf8) }
}
