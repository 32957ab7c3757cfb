import FoundationEssentials
import Glibc
import Testing

/// Messages as Python's `email` package reads them.
struct EmailParser: Decodable {
    var defects: [String]
    var headers: [String]
    var subject: String
    var fromName: String
    var fromAddress: String
    var date: String
    var parts: [String]
    var text: String
    var html: String

    /// Nil where there is no Python to ask.
    static func parse(_ messages: [[UInt8]]) throws -> [EmailParser]? {
        try TemporaryFolder.with { folder in
            try script.write(toFile: "\(folder)/parse.py", atomically: false, encoding: .utf8)
            var paths: [String] = []
            for (number, message) in messages.enumerated() {
                paths.append("\(folder)/\(number).eml")
                try Data(message).write(to: URL(filePath: paths[number]))
            }
            let command =
                "command -v python3 >/dev/null && python3 '\(folder)/parse.py' \(paths.map { "'\($0)'" }.joined(separator: " "))"
            let pipe = try #require(popen(command, "r"))
            var output = Data(), buffer = [UInt8](repeating: 0, count: 65_536)
            while case let count = fread(&buffer, 1, buffer.count, pipe), count > 0 {
                output.append(contentsOf: buffer[..<count])
            }
            let status = pclose(pipe)
            if status != 0, output.isEmpty, system("command -v python3 >/dev/null") != 0 { return nil }
            try #require(status == 0)
            return try JSONDecoder().decode([EmailParser].self, from: output)
        }
    }

    private static let script = """
        import email, email.policy, json, sys
        def read(path):
            with open(path, "rb") as file:
                message = email.message_from_binary_file(file, policy=email.policy.SMTP)
            parts = list(message.iter_parts())
            defects = [repr(d) for part in [message, *parts] for d in part.defects]
            defects += [repr(d) for part in [message, *parts] for h in part.values() for d in h.defects]
            sender = message["From"].addresses[0]
            return {
                "defects": defects, "headers": message.keys(), "subject": str(message["Subject"]),
                "fromName": sender.display_name, "fromAddress": sender.addr_spec,
                "date": message["Date"].datetime.isoformat(),
                "parts": [part.get_content_type() for part in parts],
                "text": parts[0].get_content().replace("\\r\\n", "\\n"), "html": parts[1].get_content().replace("\\r\\n", "\\n"),
            }
        print(json.dumps([read(path) for path in sys.argv[1:]]))
        """
}

/// A folder for one test, gone with it.
enum TemporaryFolder {
    static func with<T>(_ body: (String) throws -> T) throws -> T {
        let folder = try make()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try body(folder)
    }

    static func with<T>(isolation: isolated (any Actor)? = #isolation, _ body: (String) async throws -> T) async throws -> T {
        let folder = try make()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try await body(folder)
    }

    private static func make() throws -> String {
        let folder = FileManager.default.temporaryDirectory.appending(path: "todo-mail-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return folder
    }
}
