/// What is to be done, from what there is and what was done. Pure.
package enum MigrationPlan {
    /// The migrations that are still to be applied, in order.
    ///
    /// - Parameters:
    ///   - migrations: all that the program knows, in order, each with its checksum.
    ///   - applied: name and checksum of each that the database has.
    /// - Throws: `.migration` when the two don't fit, `.usage` when two have the same name.
    package static func pending(
        _ migrations: [(name: String, checksum: String)], applied: [String: String]
    ) throws(PostgresError) -> [String] {
        var known: Set<String> = []
        var pending: [String] = []
        for migration in migrations {
            guard known.insert(migration.name).inserted else {
                throw PostgresError(.usage, "two migrations are named \(migration.name)")
            }
            guard let checksum = applied[migration.name] else {
                pending.append(migration.name)
                continue
            }
            guard checksum == migration.checksum else {
                throw PostgresError(
                    .migration,
                    "migration \(migration.name) was changed after it had been applied. Restore it and write a new one instead.")
            }
            if let missing = pending.first {
                throw PostgresError(
                    .migration, "migration \(missing) comes before \(migration.name), which the database has already. Rename it.")
            }
        }
        if let unknown = applied.keys.filter({ !known.contains($0) }).min() {
            throw PostgresError(
                .migration, "the database has the migration \(unknown), which this program does not know. Run a newer version.")
        }
        return pending
    }
}
