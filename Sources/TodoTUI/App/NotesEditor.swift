internal import Glibc
internal import TodoTUIKit
internal import TodoTUITerminal

/// The user's own editor on a task's notes, in a file that only the user can read.
enum NotesEditor {
    /// The notes as they were left, or why there are none.
    static func run(_ edit: NotesEdit, _ signals: SignalPort) -> Result<String, Failure> {
        var template = Array("\(folder())/todo-\(edit.reference.filter { $0 != "?" })-XXXXXX.md".utf8CString)
        let file = mkstemps(&template, 3)
        guard file >= 0 else { return .failure(problem("No file for the notes could be made in \(folder())")) }
        let path = template.withUnsafeBufferPointer { String(decoding: UnsafeRawBufferPointer($0).dropLast(), as: UTF8.self) }
        defer { unlink(path) }
        // Editors end a file with a line break; the notes themselves have none there.
        let text = edit.notes.isEmpty || edit.notes.hasSuffix("\n") ? edit.notes : edit.notes + "\n"
        let isWritten = write(Array(text.utf8), to: file)
        close(file)
        guard isWritten else { return .failure(problem("The notes could not be written to \(path)")) }
        let code = signals.runChild("/bin/sh", ["sh", "-c", "\(editor()) \"$1\"", "sh", path])
        guard code == 0 else {
            return .failure(Failure(.refused, "The editor \(editor()) failed, so the notes stay as they were."))
        }
        guard var edited = read(path) else { return .failure(problem("The edited notes could not be read")) }
        while edited.hasSuffix("\n"), !edit.notes.hasSuffix("\n") { edited.removeLast() }
        return .success(edited)
    }

    private static func editor() -> String {
        for name in ["VISUAL", "EDITOR"] {
            if let value = getenv(name), value.pointee != 0 { return String(cString: value) }
        }
        return "vi"
    }

    private static func folder() -> String {
        if let value = getenv("TMPDIR"), value.pointee != 0 { return String(cString: value) }
        return "/tmp"
    }

    private static func problem(_ words: String) -> Failure {
        Failure(.refused, "\(words): \(String(cString: strerror(errno))).")
    }

    private static func write(_ bytes: [UInt8], to file: Int32) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return false }
            sent += count
        }
        return true
    }

    /// By name: editors replace the file.
    private static func read(_ path: String) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes: [UInt8] = []
        while bytes.count < 1 << 20 {
            let piece = withUnsafeTemporaryAllocation(byteCount: 1 << 14, alignment: 1) { buffer -> [UInt8]? in
                let count = Glibc.read(file, buffer.baseAddress, buffer.count)
                return count < 0 ? (errno == EINTR ? [] : nil) : count == 0 ? nil : Array(buffer.prefix(count))
            }
            guard let piece else { break }
            bytes += piece
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
