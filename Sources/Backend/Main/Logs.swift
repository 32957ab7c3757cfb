import FoundationEssentials
import Glibc
import Logging
import Synchronization
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
        guard let lines = LineFormat(rawValue: format) else {
            throw SettingError(description: "LOG_FORMAT is \(format): it must be text or json.")
        }
        let chosenLevel = level
        LoggingSystem.bootstrap { label in LineLogHandler(label: label, format: lines, logLevel: chosenLevel) }
    }
}

/// Writes each event as one line on standard error.
struct LineLogHandler: LogHandler {
    /// A write of more than 4 KiB to a pipe may be cut by another thread's.
    private static let isWriting = Mutex(())

    let label: String
    let format: LineFormat
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    init(label: String, format: LineFormat, logLevel: Logger.Level) {
        self.label = label
        self.format = format
        self.logLevel = logLevel
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var fields = event.metadata.map { metadata.merging($0) { _, new in new } } ?? metadata
        // The server's own number of a request: ours is the `request_id`.
        fields["hb.request.id"] = nil
        if let error = event.error { fields["error"] = "\(error)" }
        let line = format.line(
            microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000), level: event.level, label: label,
            message: "\(event.message)", fields: fields)
        LineLogHandler.isWriting.withLock { _ in FileHandleStream.standardError.write(line) }
    }
}
