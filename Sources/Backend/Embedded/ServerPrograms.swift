import Glibc

/// The PostgreSQL server programs of one major version.
struct ServerPrograms: Sendable, Hashable {
    /// The oldest that has all that the schema needs (`NULLS NOT DISTINCT`).
    static let oldest = 15

    /// The folder with `initdb` and `postgres`.
    var folder: String
    var major: Int

    /// Finds them: those of the wanted version where a cluster exists already, else the newest.
    ///
    /// - Parameter environment: `TODO_POSTGRES_BIN` names the only folder to look in; else the usual ones and `PATH`.
    static func find(major wanted: Int?, environment: [String: String]) throws(EmbeddedError) -> ServerPrograms {
        let named = environment["TODO_POSTGRES_BIN"].flatMap { $0.isEmpty ? nil : $0 }
        var found: [ServerPrograms] = []
        for folder in named.map({ [$0] }) ?? usualFolders(environment) {
            if let major = try version(in: folder) { found.append(ServerPrograms(folder: folder, major: major)) }
        }
        guard let newest = found.max(by: { $0.major < $1.major }) else {
            throw EmbeddedError(
                .postgresMissing,
                named.map { "no PostgreSQL server programs (initdb, postgres) in \($0), which TODO_POSTGRES_BIN names" }
                    ?? "PostgreSQL is not installed: apt install postgresql "
                    + "(or set TODO_POSTGRES_BIN to the folder of its initdb and postgres)")
        }
        guard newest.major >= oldest else {
            throw EmbeddedError(
                .postgresMissing, "PostgreSQL \(newest.major) in \(newest.folder) is too old: install \(oldest) or newer")
        }
        guard let wanted else { return newest }
        guard let match = found.first(where: { $0.major == wanted }) else {
            throw EmbeddedError(
                .postgresVersion(cluster: wanted, server: newest.major),
                "the data folder's cluster was made by PostgreSQL \(wanted), and only \(newest.major) is here (\(newest.folder)). "
                    + "apt install postgresql-\(wanted), or name its programs in TODO_POSTGRES_BIN, or upgrade the cluster (pg_upgrade)"
            )
        }
        return match
    }

    func path(_ program: String) -> String { folder + "/" + program }

    private static func usualFolders(_ environment: [String: String]) -> [String] {
        let debian = Files.names(in: "/usr/lib/postgresql").map { "/usr/lib/postgresql/\($0)/bin" }
        let redHat = Files.names(in: "/usr").filter { $0.hasPrefix("pgsql-") }.map { "/usr/\($0)/bin" }
        let path = (environment["PATH"] ?? "").split(separator: ":").map(String.init)
        return debian + redHat + ["/usr/local/pgsql/bin"] + path
    }

    /// The major version of the folder's server; nil where the programs aren't there.
    private static func version(in folder: String) throws(EmbeddedError) -> Int? {
        let programs = ServerPrograms(folder: folder, major: 0)
        guard ["initdb", "postgres"].allSatisfy({ access(programs.path($0), X_OK) == 0 }) else { return nil }
        let answer = try Command(arguments: [programs.path("postgres"), "--version"], environment: []).run(within: .seconds(10))
        // postgres (PostgreSQL) 15.10 (Debian 15.10-0+deb12u1)
        guard answer.status == .exited(0), let number = answer.output.split(separator: " ").dropFirst(2).first else { return nil }
        return Int(number.prefix(while: \.isNumber))
    }
}
