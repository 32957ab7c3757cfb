import Postgres
import Store
public import TestSupport

extension TestPostgres {
    /// Makes a database with the schema, and without anyone else in it.
    ///
    /// - Returns: its connection string.
    public func migratedDatabase() async throws -> String {
        let url = try await database()
        _ = try await PostgresMigrator.apply(StoreMigrations.all, to: try PostgresConfiguration(url), logger: quiet)
        return url
    }
}
