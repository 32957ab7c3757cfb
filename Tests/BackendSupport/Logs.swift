public import Logging

/// Logs nothing.
public let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// A log that says when a message was logged.
public struct SignallingLog: LogHandler {
    let messages: AsyncStream<String>.Continuation
    public var metadata: Logger.Metadata = [:]
    public var logLevel = Logger.Level.info

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) { messages.yield("\(event.message)") }

    /// Whoever waits for messages waits no more.
    public func finish() { messages.finish() }

    /// A logger, and what is logged by it.
    public static func make() -> (Logger, AsyncStream<String>) {
        let (stream, continuation) = AsyncStream.makeStream(of: String.self)
        return (Logger(label: "test") { _ in SignallingLog(messages: continuation) }, stream)
    }
}
