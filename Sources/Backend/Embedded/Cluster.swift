import Glibc
import Logging

/// The files of the private PostgreSQL, and how to start programs on them.
struct Cluster: Sendable {
    let programs: ServerPrograms
    private let user: ServerUser
    private let prefix: [String]
    private let lock: Descriptor
    private let folder: Descriptor
    let password: String

    /// Takes the cluster of the data folder, makes it where there is none. Blocks (a second or two).
    static func prepare(
        in data: DataFolder, environment: [String: String], patience: Duration, logger: Logger
    ) throws(EmbeddedError) -> Cluster {
        let path = data.path + "/postgres"
        let version = Files.read(path + "/PG_VERSION").flatMap { Int($0.filter(\.isNumber)) }
        let programs = try ServerPrograms.find(major: version, environment: environment)
        let user = try ServerUser.choose(cluster: path)
        let prefix = try user.prefix(environment: environment)
        let lock = try ServerLock.take(data.path + "/postgres.lock", cluster: path, patience: patience, logger: logger)

        let stored = try data.storedSecret("postgres")
        let password = stored ?? DataFolder.newSecret()
        func cluster(at path: String) throws(EmbeddedError) -> Cluster {
            guard let folder = Descriptor.open(path, O_RDONLY | O_DIRECTORY) else { throw Files.unusable(path) }
            return Cluster(programs: programs, user: user, prefix: prefix, lock: lock, folder: folder, password: password)
        }

        if Files.exists(path) {
            let cluster = try cluster(at: path)
            if stored == nil {
                try cluster.execute("ALTER ROLE todo PASSWORD '\(password)';")
                try data.store(password, as: "postgres")
            }
            return cluster
        }
        // Under another name until it is whole, so that an interrupted start leaves nothing half.
        let new = path + ".new"
        try Files.remove(new)
        try Files.makeFolder(new)
        try user.own(new)
        let cluster = try cluster(at: new)
        logger.info("creating the PostgreSQL cluster", metadata: ["folder": "\(path)", "version": "\(programs.major)"])
        try cluster.create(in: new)
        try data.store(password, as: "postgres")
        guard rename(new, path) == 0 else { throw Files.unusable(path) }
        Files.sync(folder: data.path)
        return cluster
    }

    /// The server on this cluster, on one port of the loopback. Durability is as PostgreSQL has it by default: full.
    func server(port: UInt16) -> Command {
        let settings = [
            "listen_addresses": "127.0.0.1", "port": "\(port)", "unix_socket_directories": "", "max_connections": "100",
            "cluster_name": "todo", "logging_collector": "off", "log_destination": "stderr", "log_timezone": "UTC",
            "log_line_prefix": "%m [%p] ", "lc_messages": "C", "password_encryption": "scram-sha-256",
            // Lists are read by the right index soon after a first import; by default that may take a minute.
            "autovacuum_naptime": "10s",
        ]
        return command("postgres", settings.sorted { $0.key < $1.key }.flatMap { ["-c", "\($0.key)=\($0.value)"] })
    }

    private func create(in path: String) throws(EmbeddedError) {
        // `reject` asks for no password now; the only way in is the line written below.
        try check(
            command(
                "initdb",
                [
                    "--username=todo", "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums", "--auth=reject",
                    "--no-instructions",
                ]
            ).run(within: .seconds(120)))
        let access = path + "/pg_hba.conf"
        guard let file = Descriptor.open(access, O_WRONLY | O_TRUNC),
            file.write("# todo: only over loopback, only with the password in ../secrets/postgres.\n".utf8),
            file.write("host all all 127.0.0.1/32 scram-sha-256\n".utf8), fsync(file.number) == 0
        else { throw Files.unusable(access) }
        try execute("ALTER ROLE todo PASSWORD '\(password)';\nCREATE DATABASE todo;")
    }

    /// Runs SQL, one statement a line, while no server runs.
    private func execute(_ sql: String) throws(EmbeddedError) {
        let settings = ["-c", "lc_messages=C", "-c", "password_encryption=scram-sha-256", "-c", "log_destination=stderr"]
        let (status, output) = try command("postgres", first: ["--single"], settings + ["postgres"])
            .run(input: sql + "\n", within: .seconds(60))
        // It goes on after an error and ends with 0.
        let failed = output.split(separator: "\n").contains { $0.contains("ERROR:") || $0.contains("FATAL:") }
        try check((failed ? .exited(1) : status, output))
    }

    private func check(_ result: (status: Command.Status, output: String)) throws(EmbeddedError) {
        guard result.status != .exited(0) else { return }
        let lines = result.output.split(separator: "\n")
        let reason =
            lines.last { ["error:", "ERROR:", "FATAL:"].contains(where: $0.contains) } ?? lines.last ?? "it said nothing"
        throw EmbeddedError(.postgresFailed, "the PostgreSQL cluster can't be set up (\(result.status)): \(reason)")
    }

    /// The folder goes over as an open descriptor, not as a path: so the server's user needs no way in from `/`, and
    /// root's data folder may lie under `/root`.
    private func command(_ program: String, first: [String] = [], _ arguments: [String]) -> Command {
        Command(
            arguments: prefix + [programs.path(program)] + first + ["-D", "/proc/self/fd/4"] + arguments,
            environment: ["PATH=\(programs.folder):/usr/bin:/bin", "LC_ALL=C.UTF-8", "TZ=UTC"],
            inherited: [lock, folder])
    }
}
