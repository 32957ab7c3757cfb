import FoundationEssentials
import Glibc

/// Where the files of the web page are.
enum Frontend {
    /// The folder that `FRONTEND_DIR` names; else `share/todo/frontend` of the installation that this program is part
    /// of, or `frontend` of the source tree that it was built in; nil where there is none.
    ///
    /// - Throws: `SettingError` when `FRONTEND_DIR` names a folder without the page.
    static func folder(_ settings: Settings) throws -> String? {
        if let folder = settings.string("FRONTEND_DIR") {
            guard isPage(folder) else {
                throw SettingError(description: "FRONTEND_DIR is \(folder): there is no index.html in it.")
            }
            return folder
        }
        var folder = programFolder()
        while let current = folder {
            for candidate in ["\(current)/share/todo/frontend", "\(current)/frontend"] where isPage(candidate) {
                return candidate
            }
            folder = current.lastIndex(of: "/").map { String(current[..<$0]) }
        }
        return nil
    }

    private static func isPage(_ folder: String) -> Bool { access("\(folder)/index.html", R_OK) == 0 }

    /// The folder of the running program, links resolved.
    private static func programFolder() -> String? {
        guard let path = realpath("/proc/self/exe", nil) else { return nil }
        defer { free(path) }
        let program = String(cString: path)
        return program.lastIndex(of: "/").map { String(program[..<$0]) }
    }
}
