import Logging
import Postgres
import TestSupport
import Testing

/// A logger that only complains.
let quiet: Logger = {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return logger
}()

/// A configuration for a database of the test's own.
func freshDatabase() async throws -> PostgresConfiguration {
    try await PostgresConfiguration(TestPostgres.shared.database())
}

/// A configuration for a schema of the test's own.
func freshSchema() async throws -> PostgresConfiguration {
    try await PostgresConfiguration(TestPostgres.shared.schema())
}

/// A connection with a schema of the test's own.
func freshConnection(statementTimeout: Duration = .seconds(10)) async throws -> PostgresConnection {
    var configuration = try await freshSchema()
    configuration.statementTimeout = statementTimeout
    return try await PostgresConnection.connect(configuration, logger: quiet)
}

/// Waits until a condition holds that has no signal of its own; 20 seconds at most. The condition asks a server or another task, so
/// each round gives them the processor.
func eventually(
    _ what: Comment, sourceLocation: SourceLocation = #_sourceLocation, _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + .seconds(20)
    while try await !condition() {
        try #require(ContinuousClock.now < deadline, what, sourceLocation: sourceLocation)
        await Task.yield()
    }
}

/// The `PostgresError` that `body` throws.
func postgresError<R>(
    sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> R
) async throws -> PostgresError {
    let error = await #expect(throws: PostgresError.self, sourceLocation: sourceLocation) { _ = try await body() }
    return try #require(error, sourceLocation: sourceLocation)
}

extension PostgresConnection {
    /// The server's process for this connection.
    var processID: Int32 {
        get throws { try query("SELECT pg_backend_pid()")[0].decode(Int32.self) }
    }
}
