import Curl
import FoundationEssentials
import Glibc
import TestSupport
import TodoClient
import TodoCore

/// A folder of a test's own, removed when it is let go.
final class TemporaryFolder {
    let path: String

    init() {
        var template = Array("\(FileManager.default.temporaryDirectory.path)/todo-test-XXXXXX".utf8CString)
        path = template.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) } ?? ""
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The permission bits; nil where there is nothing.
    func mode(_ path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o777 : nil
    }

    func write(_ text: String, to name: String) throws {
        let file = path + "/" + name
        let parent = file[..<(file.lastIndex(of: "/") ?? file.endIndex)]
        try FileManager.default.createDirectory(atPath: String(parent), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(filePath: file))
    }
}

/// A client of a scripted server, with a login; its retries don't wait but are recorded.
struct TestClient {
    let server: ScriptedServer
    let requests = Recorder<ScriptedRequest>()
    let waits = Recorder<Duration>()
    let client: TodoClient

    init(
        token: String? = "secret", stateFolder: String? = nil,
        _ answer: @escaping @Sendable (ScriptedRequest, Int) -> ScriptedAnswer
    ) throws {
        let (requests, waits) = (requests, waits)
        server = try ScriptedServer.http { request, number in
            requests.append(request)
            return answer(request, number)
        }
        var configuration = ClientConfiguration()
        configuration.url = try ServerURL(server.url)
        configuration.token = token
        configuration.stateFolder = stateFolder
        client = try TodoClient(
            configuration: configuration, retries: RetryPolicy(random: { 0 }, wait: { waits.append($0) }))
    }

    var lines: [String] { requests.all.map { "\($0.method) \($0.target)" } }
}

let sampleTask = TodoTask(
    id: UUID(uuidString: "01890000-0000-7000-8000-000000000001") ?? UUID(), number: 1, title: "Buy milk",
    createdAt: Date(timeIntervalSince1970: 0), updatedAt: Date(timeIntervalSince1970: 0))

func json(_ value: some Encodable) -> String {
    (try? Wire.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? ""
}

/// A problem document as the API sends it.
func problem(_ status: Int, _ detail: String, _ headers: [String: String] = [:]) -> ScriptedAnswer {
    .response(
        status, headers.merging(["Content-Type": "application/problem+json"]) { old, _ in old },
        json(Problem(title: "T", status: status, detail: detail, requestID: "r1")))
}
