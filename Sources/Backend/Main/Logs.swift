import FoundationEssentials
import Glibc
import Logging
import TodoCore

/// Where log lines go, and how they look.
enum Logs {
    /// Reads `LOG_LEVEL` (default `info`) and `LOG_FORMAT` (`text` on a terminal, else `json`). Call it once.
    ///
    /// - Throws: `SettingError`.
    static func bootstrap(_ settings: Settings, defaultLevel: Logger.Level = .info) throws {
        var level = defaultLevel
        if let text = settings.string("LOG_LEVEL") {
            guard let given = Logger.Level(rawValue: text.lowercased()) else {
                let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
                throw SettingError(description: "LOG_LEVEL is \(text): it must be one of \(levels).")
            }
            level = given
        }
        let format = settings.string("LOG_FORMAT") ?? (isatty(STDERR_FILENO) == 1 ? "text" : "json")
        guard format == "text" || format == "json" else {
            throw SettingError(description: "LOG_FORMAT is \(format): it must be text or json.")
        }
        let chosenLevel = level
        LoggingSystem.bootstrap { label in
            var handler: any LogHandler =
                format == "json" ? JSONLogHandler(label: label) : StreamLogHandler.standardError(label: label)
            handler.logLevel = chosenLevel
            return handler
        }
    }
}

/// One JSON object a line, on standard error: `time`, `level`, `service`, `message`, and the metadata beside them.
struct JSONLogHandler: LogHandler {
    let label: String
    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var fields = metadata.merging(event.metadata ?? [:]) { _, new in new }.mapValues { JSONValue.string("\($0)") }
        fields["time"] = .string(Timestamp.text(Date()))
        fields["level"] = .string(event.level.rawValue)
        fields["service"] = .string(label)
        fields["message"] = .string("\(event.message)")
        guard let line = try? Wire.encode(fields) else { return }
        // One write a line, so that lines of several threads don't mix.
        FileHandleStream.standardError.write(String(decoding: line, as: UTF8.self) + "\n")
    }
}
