import FoundationEssentials
import Glibc
import Synchronization
import TodoClient
import TodoCore

extension CommandContext {
    /// The process's own environment, standard streams and clock.
    static func live() -> CommandContext {
        CommandContext(
            io: .live(), environment: environmentVariables(), today: today(), localTime: { text(localParts(of: $0)) })
    }

    private static func environmentVariables() -> [String: String] {
        var variables: [String: String] = [:]
        var entry = environ
        while let pointer = entry.pointee {
            let parts = String(cString: pointer).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
            entry += 1
        }
        return variables
    }

    /// In the time zone that TZ or the system names.
    private static func localParts(of date: Date) -> tm {
        var seconds = time_t(date.timeIntervalSince1970.rounded(.down))
        var parts = tm()
        localtime_r(&seconds, &parts)
        return parts
    }

    private static func today() -> LocalDate? {
        let parts = localParts(of: Date())
        return LocalDate(year: Int(parts.tm_year) + 1900, month: Int(parts.tm_mon) + 1, day: Int(parts.tm_mday))
    }

    private static func text(_ parts: tm) -> String {
        func padded(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(parts.tm_year + 1900)-\(padded(parts.tm_mon + 1))-\(padded(parts.tm_mday)) "
            + "\(padded(parts.tm_hour)):\(padded(parts.tm_min))"
    }
}

extension CommandIO {
    /// The standard streams. Output is gathered and written in large pieces.
    static func live() -> CommandIO {
        let output = OutputBuffer()
        return CommandIO(
            outputIsTerminal: isatty(STDOUT_FILENO) == 1, errorIsTerminal: isatty(STDERR_FILENO) == 1,
            inputIsTerminal: isatty(STDIN_FILENO) == 1, width: terminalWidth(),
            writeOutput: { try output.append($0) }, flushOutput: { try output.flush() },
            writeError: { text in
                try? output.flush()
                writeAll(Array(text.utf8), to: STDERR_FILENO)
            },
            readLine: {
                try? output.flush()
                return Swift.readLine(strippingNewline: true)
            },
            readSecret: { prompt in
                try? output.flush()
                return SecretPrompt.ask(prompt)
            },
            replaceProcess: { ProcessImage.replace(with: $0, $1, path: $2) })
    }

    private static func terminalWidth() -> Int? {
        var size = winsize()
        guard isatty(STDOUT_FILENO) == 1, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }
}

/// Text on its way to standard output.
private final class OutputBuffer: Sendable {
    private let bytes = Mutex<[UInt8]>([])

    func append(_ more: [UInt8]) throws {
        let isFull = bytes.withLock { bytes in
            bytes += more
            return bytes.count > 1 << 16
        }
        if isFull { try flush() }
    }

    func flush() throws {
        let ready = bytes.withLock { bytes in
            defer { bytes = [] }
            return bytes
        }
        switch writeAll(ready, to: STDOUT_FILENO) {
        case 0: return
        case EPIPE: throw BrokenPipe()
        case let code: throw OutputError(reason: String(cString: strerror(code)))
        }
    }
}

/// - Returns: 0, or the errno: the pipe is closed, the disk is full.
@discardableResult
func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
    var offset = 0
    while offset < bytes.count {
        let count = bytes[offset...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        if count >= 0 { offset += count } else if errno != EINTR { return errno }
    }
    return 0
}
