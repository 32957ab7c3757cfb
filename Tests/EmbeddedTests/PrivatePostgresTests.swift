import Embedded
import FoundationEssentials
import Glibc
import Logging
import Testing

/// Real servers on real clusters: each test its own.
@Suite struct PrivatePostgresTests {
    let temporary: TemporaryFolder
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    init() throws { temporary = try TemporaryFolder() }

    /// What psql prints for the SQL.
    func sql(_ text: String, on server: PrivatePostgres) throws -> String {
        let command = Command(
            arguments: ["/usr/bin/psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", server.connectionString, "-c", text],
            environment: [])
        let (status, output) = try command.run(within: .seconds(30))
        try #require(status == .exited(0), "\(output)")
        return output.trimming
    }

    @Test func startsStopsAndKeepsTheData() async throws {
        let folder = try DataFolder.open(temporary.path)
        let first = try await PrivatePostgres.start(in: folder, logger: logger)
        #expect(
            try sql(
                "select rolsuper, current_database(), pg_encoding_to_char(encoding), datcollate from pg_roles, pg_database "
                    + "where rolname = current_user and datname = current_database()", on: first) == "t|todo|UTF8|C.UTF-8")
        for (setting, value) in [
            "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "data_checksums": "on", "log_timezone": "UTC",
            "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "max_connections": "100",
        ] {
            #expect(try sql("show \(setting)", on: first) == value, "\(setting)")
        }
        #expect(try sql("create table t (i int); insert into t values (7); select * from t", on: first) == "7")
        await first.stop()
        let exit = try await first.exited
        #expect(exit.isRequested)
        #expect(exit.status == "ended with code 0")
        #expect(kill(first.pid, 0) != 0)

        let second = try await PrivatePostgres.start(in: folder, logger: logger)
        #expect(try sql("select * from t", on: second) == "7")
        await second.stop()
        await second.stop()
        #expect(try temporary.mode("postgres") == 0o700)
        #expect(try temporary.mode("secrets/postgres") == 0o600)
    }

    @Test func onlyThePasswordLetsIn() async throws {
        let folder = try DataFolder.open(temporary.path)
        let server = try await PrivatePostgres.start(in: folder, logger: logger)
        let password = try folder.secret("postgres")
        let wrong = server.connectionString.replacing(password, with: "wrong")
        let (status, output) = try Command(arguments: ["/usr/bin/psql", "-XAtq", "-d", wrong, "-c", "select 1"], environment: [])
            .run(within: .seconds(30))
        #expect(status != .exited(0))
        #expect(output.contains("password authentication failed"))
        await server.stop()
    }

    @Test func aLostPasswordIsSetAnew() async throws {
        let folder = try DataFolder.open(temporary.path)
        let first = try await PrivatePostgres.start(in: folder, logger: logger)
        _ = try sql("create table t ()", on: first)
        await first.stop()
        unlink(temporary.path + "/secrets/postgres")
        let second = try await PrivatePostgres.start(in: folder, logger: logger)
        #expect(try sql("select count(*) from t", on: second) == "0")
        await second.stop()
    }

    @Test(arguments: [SIGKILL, SIGQUIT, SIGINT]) func tellsItsEndAndStartsAgain(signal: Int32) async throws {
        let folder = try DataFolder.open(temporary.path)
        let first = try await PrivatePostgres.start(in: folder, logger: logger)
        _ = try sql("create table t (i int); insert into t values (7)", on: first)
        kill(first.pid, signal)
        let exit = try await first.exited
        #expect(!exit.isRequested)
        #expect(exit.status == (signal == SIGKILL ? "was ended by signal 9" : "ended with code 0"))
        #expect(!exit.lastLines.isEmpty)
        // At once: what the killed one left behind may still be ending.
        let second = try await PrivatePostgres.start(in: folder, logger: logger)
        #expect(try sql("select * from t", on: second) == "7")
        await second.stop()
    }

    @Test func waitsForTheServerOfAnEarlierRun() async throws {
        var folder: DataFolder? = try DataFolder.open(temporary.path)
        let first = try await PrivatePostgres.start(in: try #require(folder), logger: logger)
        folder = nil
        let again = try DataFolder.open(temporary.path)
        let second = try await PrivatePostgres.start(in: again, logger: logger)
        #expect(try await first.exited.status == "ended with code 0")
        #expect(try sql("select 1", on: second) == "1")
        await second.stop()
    }

    @Test func givesUpOnAServerThatDoesNotEnd() async throws {
        let holder = open(temporary.path + "/postgres.lock", O_RDWR | O_CREAT, 0o600)
        defer { close(holder) }
        try #require(flock(holder, LOCK_EX) == 0)
        let folder = try DataFolder.open(temporary.path)
        let error = await #expect(throws: EmbeddedError.self) {
            try await PrivatePostgres.start(in: folder, patience: .milliseconds(20), logger: logger)
        }
        #expect(error?.kind == .postgresStillRuns)
        #expect(access(temporary.path + "/postgres", F_OK) != 0)
    }

    @Test func anInterruptedCreationLeavesNothing() async throws {
        let folder = try DataFolder.open(temporary.path)
        let half = temporary.path + "/postgres.new"
        try FileManager.default.createDirectory(atPath: half + "/base", withIntermediateDirectories: true)
        try Data("15\n".utf8).write(to: URL(filePath: half + "/PG_VERSION"))
        let server = try await PrivatePostgres.start(in: folder, logger: logger)
        #expect(try sql("select 1", on: server) == "1")
        await server.stop()
        #expect(access(half, F_OK) != 0)
    }

    @Test func inheritsNoDescriptorOfOurs() async throws {
        // A listening socket that leaked would keep its port after our end.
        let leak = open(temporary.path + "/leak", O_RDWR | O_CREAT, 0o600)
        defer { close(leak) }
        let folder = try DataFolder.open(temporary.path)
        let server = try await PrivatePostgres.start(in: folder, logger: logger)
        let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(server.pid)/fd").compactMap { name in
            try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(server.pid)/fd/\(name)")
        }
        #expect(!open.contains("\(temporary.path)/leak"))
        #expect(!open.contains("\(temporary.path)/lock"))
        #expect(open.contains("\(temporary.path)/postgres.lock"))
        await server.stop()
    }

    @Test func saysWhyItDoesNotStart() async throws {
        let folder = try DataFolder.open(temporary.path)
        await (try PrivatePostgres.start(in: folder, logger: logger)).stop()
        let settings = temporary.path + "/postgres/postgresql.conf"
        let handle = try #require(fopen(settings, "a"))
        fputs("no_such_setting = 1\n", handle)
        fclose(handle)
        let error = await #expect(throws: EmbeddedError.self) { try await PrivatePostgres.start(in: folder, logger: logger) }
        #expect(error?.kind == .postgresFailed)
        #expect(error?.description.contains("postgres.log") == true)
        #expect(try temporary.text("postgres.log").contains("no_such_setting"))
    }

    @Test(arguments: ["/nonexistent", "/usr"]) func namesTheFolderWithoutPrograms(bin: String) async throws {
        let folder = try DataFolder.open(temporary.path)
        let error = await #expect(throws: EmbeddedError.self) {
            try await PrivatePostgres.start(in: folder, environment: ["TODO_POSTGRES_BIN": bin], logger: logger)
        }
        #expect(error?.kind == .postgresMissing)
        #expect(error?.description.contains("\(bin), which TODO_POSTGRES_BIN names") == true)
    }

    @Test func aClusterOfAnotherVersionIsLeftAlone() async throws {
        let folder = try DataFolder.open(temporary.path)
        try FileManager.default.createDirectory(atPath: temporary.path + "/postgres", withIntermediateDirectories: true)
        try Data("9\n".utf8).write(to: URL(filePath: temporary.path + "/postgres/PG_VERSION"))
        let error = await #expect(throws: EmbeddedError.self) { try await PrivatePostgres.start(in: folder, logger: logger) }
        guard case .postgresVersion(cluster: 9, server: 15...) = error?.kind else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error?.description.contains("apt install postgresql-9") == true)
    }

    @Test func waitingForTheEndCanBeCancelled() async throws {
        let folder = try DataFolder.open(temporary.path)
        let server = try await PrivatePostgres.start(in: folder, logger: logger)
        let task = Task { try await server.exited }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        await server.stop()
    }
}

extension String {
    /// Without the line break at its end.
    var trimming: String { last == "\n" ? String(dropLast()) : self }
}
