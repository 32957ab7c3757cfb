public import Logging

/// Brings a database's schema up to date.
public struct PostgresMigrator {
    /// Names the lock that lets one process migrate at a time; any number, as long as it stays the same.
    private static let lock: Int64 = 0x6D69_6772_6174_6521
    /// How long one migration, or waiting for another process, may take.
    private static let patience: Duration = .seconds(600)

    /// Applies, in order, those that the database does not have yet. Any number of processes may do it at once: one works, the
    /// others wait. When one fails, those before it stay applied.
    ///
    /// - Returns: the names of those that were applied.
    /// - Throws: `.migration` when the database's history does not fit; else what the failing statement threw, with the
    ///   migration's name and line.
    public static func apply(
        _ migrations: [PostgresMigration], to configuration: PostgresConfiguration, logger: Logger
    ) async throws(PostgresError) -> [String] {
        var configuration = configuration
        configuration.statementTimeout = max(configuration.statementTimeout, patience)
        let connection = try await PostgresConnection.connect(configuration, logger: logger)
        do {
            let applied = try await connection.run { try $0.apply(migrations, lock: lock, logger: logger) }
            await connection.close()
            return applied
        } catch let error as PostgresError {
            await connection.close()
            throw error
        } catch {
            await connection.close()
            throw PostgresError(.migration, "\(error)")
        }
    }

    /// The names of those that `apply` would apply now. It changes nothing, and needs only the right to read.
    ///
    /// - Throws: as `apply` does.
    public static func pending(
        _ migrations: [PostgresMigration], on pool: PostgresPool
    ) async throws(PostgresError) -> [String] {
        do {
            return try await pool.withConnection { try $0.pending(migrations) }
        } catch let error as PostgresError {
            throw error
        } catch {
            throw PostgresError(.migration, "\(error)")
        }
    }
}

extension PostgresConnection {
    fileprivate func apply(_ migrations: [PostgresMigration], lock: Int64, logger: Logger) throws -> [String] {
        // The lock goes with the connection, whatever happens.
        try query("SELECT pg_advisory_lock(\(lock))")
        let names = try pending(migrations)
        if names.isEmpty { return [] }
        try execute(
            script: """
                CREATE TABLE IF NOT EXISTS schema_migrations (
                    name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())
                """)
        for migration in migrations where names.contains(migration.name) {
            try apply(migration)
            logger.info("migration applied", metadata: ["migration": "\(migration.name)"])
        }
        return names
    }

    private func apply(_ migration: PostgresMigration) throws {
        do {
            try transaction { connection in
                try connection.execute(script: migration.sql)
                try connection.query(
                    "INSERT INTO schema_migrations (name, checksum) VALUES (\(migration.name), \(SQL.checksum(of: migration)))")
            }
        } catch let error as PostgresError {
            throw error.prefixed("migration \(migration.name): ")
        }
    }

    fileprivate func pending(_ migrations: [PostgresMigration]) throws(PostgresError) -> [String] {
        var known: [(name: String, checksum: String)] = []
        for migration in migrations {
            known.append((migration.name, try query("SELECT \(SQL.checksum(of: migration))").decode(String.self)[0]))
        }
        var applied: [String: String] = [:]
        if try query("SELECT to_regclass('schema_migrations') IS NOT NULL").decode(Bool.self) == [true] {
            for (name, checksum) in try query("SELECT name, checksum FROM schema_migrations").decode(String.self, String.self) {
                applied[name] = checksum
            }
        }
        return try MigrationPlan.pending(known, applied: applied)
    }
}

extension SQL {
    /// The server computes it, which spares us a library.
    fileprivate static func checksum(of migration: PostgresMigration) -> SQL {
        "encode(sha256(\(Array(migration.sql.utf8))), 'hex')"
    }
}
