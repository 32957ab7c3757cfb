import Logging
import Postgres
import Store

extension CheckReport {
    /// The oldest PostgreSQL with all that the schema uses (UNIQUE NULLS NOT DISTINCT).
    private static let oldestVersion = 150_000

    /// The server, its settings, the schema, and the rights of the login.
    mutating func checkDatabase(_ settings: Settings, role: CheckedRole?) async {
        let configuration: PostgresConfiguration
        do {
            configuration = try settings.database()
        } catch {
            add("database", "DATABASE_URL", .wrong, "\(error)")
            return
        }
        // Longer than a connection may take: its own error says more than that of a wait.
        let pool = PostgresPool(configuration, size: 1, waitTimeout: .seconds(15), logger: Logger(label: "check"))
        do {
            try await checkServer(pool)
            if try await checkSchema(pool), try await checkRights(pool, role: role), role == nil || role == .api {
                try await checkOutbox(pool)
            }
        } catch {
            add("database", "connection", .wrong, "\(configuration): \(error)")
        }
        await pool.close()
    }

    private mutating func checkServer(_ pool: PostgresPool) async throws(PostgresError) {
        let rows = try await pool.query(
            """
            SELECT current_setting('server_version_num')::int8, current_setting('server_version'), current_user::text,
                current_setting('server_encoding'), pg_is_in_recovery(),
                coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false)
            """
        ).decode(Int.self, String.self, String.self, String.self, Bool.self, Bool.self)
        guard let (number, version, user, encoding, isReplica, isEncrypted) = rows.first else { return }
        add("database", "connection", .ok, "as \(user), \(isEncrypted ? "encrypted" : "not encrypted")")
        if number < Self.oldestVersion {
            add("database", "version", .wrong, "PostgreSQL \(version): it must be 15 or newer")
        } else {
            add("database", "version", .ok, "PostgreSQL \(version)")
        }
        if encoding != "UTF8" { add("database", "encoding", .wrong, "\(encoding): the database must be made with UTF8") }
        if isReplica { add("database", "server", .wrong, "is a replica, which can only be read: give the primary") }
        for (name, value) in try await pool.query(
            """
            SELECT name, setting FROM pg_settings
            WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') AND setting = 'off' ORDER BY name
            """
        ).decode(String.self, String.self) {
            add("database", name, .warning, "is \(value): what was answered as done may be lost when the server's machine stops")
        }
    }

    /// False where there is no schema yet.
    private mutating func checkSchema(_ pool: PostgresPool) async throws(PostgresError) -> Bool {
        let exists = try await pool.query("SELECT to_regclass('schema_migrations') IS NOT NULL").decode(Bool.self) == [true]
        guard exists else {
            add("database", "migrations", .wrong, "there is no schema. Make it: todo-backend migrate")
            return false
        }
        let isReadable =
            try await pool.query("SELECT has_table_privilege('schema_migrations', 'SELECT')").decode(Bool.self) == [true]
        guard isReadable else {
            add("database", "migrations", .note, "this login may not read them: check with the login that migrates")
            return true
        }
        do {
            let pending = try await PostgresMigrator.pending(StoreMigrations.all, on: pool)
            if pending.isEmpty {
                add("database", "migrations", .ok, "all \(StoreMigrations.all.count) are applied")
            } else {
                add("database", "migrations", .wrong, "missing: \(pending.joined(separator: ", ")). Run todo-backend migrate.")
            }
        } catch {
            guard error.kind == .migration else { throw error }
            add("database", "migrations", .wrong, error.message)
        }
        return true
    }

    private mutating func checkOutbox(_ pool: PostgresPool) async throws(PostgresError) {
        let missing = try await RestoredOutbox.missingTransactions(pool)
        if missing > 0 {
            add(
                "database", "outbox", .wrong,
                "was restored from another server, and new events would not be published. Run todo-backend migrate.")
        }
    }

    /// False where a right is missing.
    private mutating func checkRights(_ pool: PostgresPool, role: CheckedRole?) async throws(PostgresError) -> Bool {
        let needs = CheckedRole.allCases.filter { role == nil || role == $0 }.flatMap(\.needs)
        let rows = try await pool.query(
            """
            SELECT wanted.object, wanted.privilege
            FROM unnest(\(needs.map(\.table)), \(needs.map(\.column)), \(needs.map(\.privilege)))
                AS each (relation, attribute, privilege)
            CROSS JOIN LATERAL (
                SELECT each.privilege, each.relation || CASE each.attribute WHEN '' THEN '' ELSE '.' || each.attribute END AS object
            ) AS wanted
            WHERE NOT CASE
                WHEN to_regclass(each.relation) IS NULL THEN false
                WHEN each.attribute = '' THEN has_table_privilege(each.relation, each.privilege)
                ELSE has_column_privilege(each.relation, each.attribute, each.privilege) END
            """
        ).decode(String.self, String.self)
        if rows.isEmpty {
            add("database", "rights", .ok, "all that \(role?.rawValue ?? "every role") needs")
        } else {
            let list = rows.map { "\($0.1) on \($0.0)" }.joined(separator: ", ")
            let grant = role.map { "GRANT todo_\($0.rawValue) TO this login" } ?? "grant it the services' roles"
            add("database", "rights", .wrong, "missing: \(list). As the owner: \(grant).")
        }
        guard let role else { return rows.isEmpty }
        let excess = try await pool.query(
            """
            SELECT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user),
                to_regclass('users') IS NOT NULL AND has_table_privilege('users', 'SELECT')
            """
        ).decode(Bool.self, Bool.self)
        if let (isSuper, readsUsers) = excess.first, isSuper || (readsUsers && role != .api) {
            let what = isSuper ? "is a superuser" : "can read all of users"
            add("database", "rights", .warning, "the login \(what), far more than \(role.rawValue) needs")
        }
        return rows.isEmpty
    }
}

/// A right that a role needs; `column` is empty for the whole table.
private struct Need {
    var table: String
    var column = ""
    var privilege: String
}

extension CheckedRole {
    /// What the migrations grant to the role of this service.
    fileprivate var needs: [Need] {
        func on(_ tables: [String], _ privileges: String...) -> [Need] {
            tables.flatMap { table in privileges.map { Need(table: table, privilege: $0) } }
        }
        switch self {
        case .api:
            return on(["users", "lists", "tasks", "events", "processed_events"], "SELECT", "INSERT", "UPDATE", "DELETE")
                + on(["relay_cursor"], "SELECT", "UPDATE")
        case .scheduler:
            return ["id", "email", "created_at", "time_zone", "digest_enabled"].map {
                Need(table: "users", column: $0, privilege: "SELECT")
            } + on(["lists", "tasks", "processed_events"], "SELECT")
        case .mailer: return on(["processed_events"], "SELECT", "INSERT")
        }
    }
}
