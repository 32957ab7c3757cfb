internal import Clibpq

/// How to reach the server, and how long to wait for it.
public struct PostgresConfiguration: Sendable {
    /// What the server's `pg_stat_activity` shows.
    public var applicationName: String
    /// How long a new connection may take.
    public var connectTimeout: Duration = .seconds(5)
    /// How long a statement may take; zero for no limit. The server ends it; where the server does not answer either, the
    /// client gives up `answerGrace` later.
    public var statementTimeout: Duration = .seconds(10)
    /// The role that the session works as, instead of the one that logs in: it has that role's rights alone.
    public var role: String?

    /// How much longer than the server's own timeout the client waits for the answer.
    static let answerGrace: Duration = .seconds(1)

    /// libpq's keywords and values, as they were given.
    private let settings: [String: String]

    /// Reads a connection string as libpq does: `postgresql://user:password@host:5432/database?sslmode=require`, or
    /// `host=… dbname=…`. What it does not say comes from libpq's environment variables (PGHOST…).
    ///
    /// - Throws: `.usage`; the message never quotes the string, since there may be a password in it.
    public init(_ connectionString: String) throws(PostgresError) {
        settings = try PostgresConfiguration.parse(connectionString)
        applicationName = settings["application_name"] ?? "todo"
    }

    private static func parse(_ connectionString: String) throws(PostgresError) -> [String: String] {
        var reason: UnsafeMutablePointer<CChar>?
        guard let options = PQconninfoParse(connectionString, &reason) else {
            defer { PQfreemem(reason) }
            // libpq quotes parts of the string behind the first quotation mark.
            let words = reason.map { String(cString: $0) }?.prefix { $0 != "\"" && $0 != "\n" && $0 != ":" }
            throw PostgresError(
                .usage,
                "The connection string can't be read (\(words ?? "out of memory")…). "
                    + "Use postgresql://user:password@host:5432/database or key=value pairs.")
        }
        defer { PQconninfoFree(options) }
        var settings: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { settings[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        return settings
    }

    /// What `PQconnectStartParams` gets: what was given, and what this module needs or wants by default.
    var parameters: [(keyword: String, value: String)] {
        // A half-open connection that only listens is noticed within a minute, not after the system's two hours.
        var all = ["keepalives_idle": "30", "keepalives_interval": "10", "keepalives_count": "3"]
        all.merge(settings) { $1 }
        all["client_encoding"] = "UTF8"
        all["application_name"] = applicationName
        // The later setting wins: times in UTC unless the string says otherwise, the statement timeout always ours.
        all["options"] = [
            "-c TimeZone=UTC", settings["options"] ?? "", "-c statement_timeout=\(statementTimeout.wholeMilliseconds)",
            role.map { "-c role=\($0)" } ?? "",
        ].joined(separator: " ")
        return all.map { ($0.key, $0.value) }
    }

    /// How long the client waits for the answer to one statement; nil for ever.
    var answerTimeout: Duration? { statementTimeout > .zero ? statementTimeout + PostgresConfiguration.answerGrace : nil }
}

extension PostgresConfiguration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// User, host, port and database; never the password.
    public var description: String {
        ["user", "host", "hostaddr", "port", "dbname"].compactMap { key in settings[key].map { "\(key)=\($0)" } }
            .joined(separator: " ")
    }

    public var debugDescription: String { description }

    public var customMirror: Mirror { Mirror(self, children: ["target": description]) }
}

extension Duration {
    /// Rounded up, never negative, at most what an `Int32` holds.
    var wholeMilliseconds: Int32 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        return overflow ? .max : Int32(clamping: product + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
