import Embedded
import FoundationEssentials
import Glibc
import Testing

@Suite struct DataFolderTests {
    @Test func createsWhatIsMissing() throws {
        let temporary = try TemporaryFolder()
        let folder = try DataFolder.open("\(temporary.path)/a/b/")
        #expect(folder.path == "\(temporary.path)/a/b")
        #expect(try temporary.mode("a/b") == 0o700)
        #expect(try temporary.text("a/b/lock") == "\(getpid())\n")
    }

    @Test func theSecondIsToldWhoTheFirstIs() throws {
        let temporary = try TemporaryFolder()
        let first = try DataFolder.open(temporary.path)
        let error = try #require(throws: EmbeddedError.self) { try DataFolder.open(temporary.path) }
        #expect(error.kind == .folderInUse(process: getpid()))
        #expect(error.description.contains("(process \(getpid()))"))
        #expect(error.description.contains("--data"))
        #expect(first.path == temporary.path)
    }

    @Test func aLockFileThatNobodyHoldsIsNoObstacle() throws {
        let temporary = try TemporaryFolder()
        try Data("1\n and more that an earlier, longer number left".utf8).write(to: URL(filePath: "\(temporary.path)/lock"))
        #expect(throws: Never.self) { try DataFolder.open(temporary.path) }
        #expect(try temporary.text("lock") == "\(getpid())\n")
        #expect(throws: Never.self) { try DataFolder.open(temporary.path) }
    }

    @Test(arguments: ["/proc/todo", "/dev/null/todo", "/dev/null"])
    func aFolderThatCannotBeIsNamedInOneLine(path: String) throws {
        let error = try #require(throws: EmbeddedError.self) { try DataFolder.open(path) }
        #expect(error.kind == .folderUnusable)
        #expect(error.description.contains("/"))
        #expect(error.description.contains("--data DIR"))
        #expect(!error.description.contains("\n"))
    }

    @Test func aSecretStaysTheSame() throws {
        let temporary = try TemporaryFolder()
        let first = try DataFolder.open(temporary.path)
        let secret = try first.secret("jwt")
        #expect(secret.count == 64)
        #expect(try first.secret("jwt") == secret)
        #expect(try first.secret("other") != secret)
        #expect(try temporary.mode("secrets/jwt") == 0o600)
    }

    @Test func devFileComesAndGoes() throws {
        let temporary = try TemporaryFolder()
        let folder = try DataFolder.open(temporary.path)
        let file = DevFile(
            url: "http://127.0.0.1:8080", kafka: "127.0.0.1:1,127.0.0.1:2", databaseURL: "postgresql://u:p@h/d",
            maildir: folder.mailPath)
        try folder.publish(file)
        let read = try Keys.object(Data(contentsOf: URL(filePath: folder.devFilePath)))
        #expect(Set(read.keys) == ["url", "kafka", "database_url", "maildir", "pid"])
        #expect(try JSONDecoder().decode(DevFile.self, from: Data(contentsOf: URL(filePath: folder.devFilePath))) == file)
        #expect(file.pid == getpid())
        #expect(try temporary.mode("dev.json") == 0o600)
        folder.withdraw()
        #expect(access(folder.devFilePath, F_OK) != 0)
        folder.withdraw()
    }

    /// The keys of a JSON object, whatever its values are.
    private enum Keys {
        struct Anything: Decodable {
            init(from decoder: any Decoder) {}
        }
        static func object(_ data: Data) throws -> [String: Anything] {
            try JSONDecoder().decode([String: Anything].self, from: data)
        }
    }
}
