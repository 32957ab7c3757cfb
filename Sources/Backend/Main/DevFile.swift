import Embedded
import FoundationEssentials
import Glibc

extension DevFile {
    /// Where `dev` keeps its data unless it is told otherwise.
    static let defaultFolder = ".todo-data"

    /// The file of a `dev` that runs now on this folder; nil where there is none.
    static func running(in folder: String) -> DevFile? {
        guard let data = try? Data(contentsOf: URL(filePath: "\(folder)/dev.json")),
            let file = try? JSONDecoder().decode(DevFile.self, from: data), kill(file.pid, 0) == 0
        else { return nil }
        return file
    }
}
